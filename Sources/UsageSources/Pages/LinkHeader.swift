// The header `Link`: where the next page is. Source: RFC 8288 section 3.

/// Reads links of headers.
enum LinkHeader {
    /// The target of the first link with the relation `next`; nil when there is none.
    static func next(in response: SourceResponse) -> String? {
        for header in response.headers where header.name.lowercased() == "link" {
            for link in links(header.value) where isNext(link.parameters) { return link.target }
        }
        return nil
    }

    private static func links(
        _ value: String
    ) -> [(target: String, parameters: Substring)] {
        var links: [(target: String, parameters: Substring)] = []
        var rest = Substring(value)
        while let open = rest.firstIndex(of: "<") {
            let inside = rest[rest.index(after: open)...]
            guard let close = inside.firstIndex(of: ">") else { break }
            let after = inside[inside.index(after: close)...]
            let end = endOfParameters(after)
            links.append((String(inside[..<close]), after[..<end]))
            rest = after[end...]
        }
        return links
    }

    /// The comma before the next link, outside of quotes.
    private static func endOfParameters(_ text: Substring) -> String.Index {
        var isQuoted = false
        var isEscaped = false
        for index in text.indices {
            switch text[index] {
            case _ where isEscaped: isEscaped = false
            case "\\" where isQuoted: isEscaped = true
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: return index
            default: break
            }
        }
        return text.endIndex
    }

    private static func isNext(_ parameters: Substring) -> Bool {
        parameters.split(separator: ";").contains { parameter in
            let parts = parameter.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, trimmed(parts[0]).lowercased() == "rel" else { return false }
            let words = trimmed(parts[1]).filter { $0 != "\"" }.lowercased()
            return words.split(separator: " ").contains("next")
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" }
        guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return start[...last]
    }
}
