// What it means that a source no longer states a key.

/// What a key that a complete poll of its day leaves out means. Key `absent` of a source.
///
/// Source: reference on sources, section 2.1.
package enum AbsencePolicy: String, Sendable, Hashable, CaseIterable {
    /// The vendor lists every day: absent is zero.
    case zero
    /// The vendor lists only what it has: absent changes nothing.
    case keep
    /// Absent in two complete polls in a row is zero.
    case confirm
}
