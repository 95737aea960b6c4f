// What `--version` prints, in the manner of Prometheus.

/// The versions of a build in lines.
package struct VersionText: Sendable {
    private let name: String
    private let version: String
    private let revision: String
    private let details: [(name: String, value: String)]

    /// The head line's parts and the lines below it.
    package init(
        name: String, version: String, revision: String,
        details: [(name: String, value: String)]
    ) {
        self.name = name
        self.version = version
        self.revision = revision
        self.details = details
    }

    /// The lines, without a line feed at the end.
    package var text: String {
        let width = details.map { $0.name.count }.max() ?? 0
        let lines = details.map { detail in
            let space = String(repeating: " ", count: width - detail.name.count)
            return "  \(detail.name):\(space) \(detail.value)"
        }
        return (["\(name), version \(version) (revision: \(revision))"] + lines)
            .joined(separator: "\n")
    }
}
