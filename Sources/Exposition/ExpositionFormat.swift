// The text formats that /metrics speaks, and the choice between them.

/// A text format of an exposition.
package enum ExpositionFormat: Sendable, Hashable, CaseIterable {
    /// Prometheus text format 0.0.4.
    case text004
    /// OpenMetrics 1.0.
    case openMetrics100

    /// The value of the Content-Type header.
    package var contentType: String {
        switch self {
        case .text004: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics100: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// The format of a Content-Type header, nil for other types and versions.
    package init?(contentType: String) {
        guard let clause = AcceptHeader.clauses(contentType).first else { return nil }
        guard let format = Self.allCases.first(where: { $0.answers(clause) }) else { return nil }
        self = format
    }

    /// The format that a client prefers; text 0.0.4 when it asks for nothing we have.
    ///
    /// The most specific clause decides about each format. OpenMetrics without a version is
    /// served as 1.0, other versions (also the draft 0.0.1) are not served. `*/*` means text
    /// 0.0.4, and OpenMetrics only when text is refused.
    ///
    /// - Parameter accept: the Accept header; several header lines joined by commas.
    /// - Source: prometheus/common expfmt/encode.go; RFC 9110, 12.5.1
    package static func negotiate(accept: String?) -> ExpositionFormat {
        let clauses = AcceptHeader.clauses(accept ?? "")
        guard !clauses.isEmpty else { return .text004 }
        let text = Preference(for: .text004, in: clauses, takesAnything: true)
        let open = Preference(
            for: .openMetrics100, in: clauses, takesAnything: text?.quality == 0)
        guard let open, open.quality > 0 else { return .text004 }
        guard let text, text.quality > 0 else { return .openMetrics100 }
        if open.quality != text.quality {
            return open.quality > text.quality ? .openMetrics100 : .text004
        }
        return open.index < text.index ? .openMetrics100 : .text004
    }

    fileprivate func answers(_ clause: AcceptHeader.Clause) -> Bool {
        let version = clause.parameters["version"]
        switch self {
        case .text004:
            return clause.name == "text/plain" && (version == nil || version == "0.0.4")
        case .openMetrics100:
            return clause.name == "application/openmetrics-text"
                && (version == nil || version == "1.0.0")
        }
    }

    fileprivate var range: String {
        self == .text004 ? "text/*" : "application/*"
    }
}

/// How much a client wants one format.
private struct Preference {
    let quality: Double
    let index: Int

    init?(
        for format: ExpositionFormat, in clauses: [AcceptHeader.Clause], takesAnything: Bool
    ) {
        let groups: [(AcceptHeader.Clause) -> Bool] = [
            { format.answers($0) },
            { $0.name == format.range },
            { takesAnything && $0.name == "*/*" },
        ]
        for matches in groups {
            // The first of the most wanted clauses.
            let matching = clauses.enumerated().filter { matches($0.element) }
            guard let best = matching.map(\.element.quality).max(),
                let first = matching.first(where: { $0.element.quality == best })
            else { continue }
            quality = best
            index = first.offset
            return
        }
        return nil
    }
}
