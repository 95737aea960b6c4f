// Names a rule so that a reload and a restart find its alerts again.

/// The identity of a rule: file, group, name, labels and, among equals, the place.
///
/// As in Prometheus the expression is no part of it: with an edited condition an alert with the
/// same labels goes on, and nobody is told twice.
enum RuleIdentity {
    /// The identity; parts are joined by `;`, which group and alert names may contain harmlessly
    /// because the digest covers them as well.
    static func make(
        file: String, group: String, name: String, labels: [(name: String, value: String)],
        ordinal: Int
    ) -> String {
        var hash = FingerprintHash()
        for part in [file, group, name] {
            hash.combine(part)
            hash.separate()
        }
        for label in labels {
            hash.combine(label.name)
            hash.separate()
            hash.combine(label.value)
            hash.separate()
        }
        return "\(file);\(group);\(name);\(hash.text);\(ordinal)"
    }
}
