// The public tables of the parser, the printer, the lexer and the series notation.
//
// A case that needs experimental syntax holds when it is refused as experimental.

/// Runs the language tables.
package enum LanguageTables {
    /// Runs a table of any of the four kinds, told apart by the members of its entries.
    package static func run(_ bytes: [UInt8]) -> ConformanceTally {
        let first = TableValue.lines(Array(bytes.prefix { $0 != 0x0A })).first ?? .null
        if first["in"] != nil { return printer(bytes) }
        if first["items"] != nil { return lexer(bytes) }
        if first["values"] != nil { return series(bytes) }
        return parser(bytes)
    }

    /// Runs a table of expressions with their syntax trees or first errors.
    ///
    /// - Parameter bytes: JSON lines with `input`, `ok`, `ast` or `error`, `start`, `end`.
    package static func parser(_ bytes: [UInt8]) -> ConformanceTally {
        run(bytes, input: "input") { entry, input in
            let isExperimental = !(entry["experimental"]?.items.isEmpty ?? true)
            do throws(PromQLParseError) {
                let root = try PromQLExpression.parse(bytes: input).root
                if isExperimental { return "accepted, though experimental" }
                guard entry["ok"]?.flag == true else {
                    return "accepted, expected: \(entry["error"]?.text ?? "an error")"
                }
                return entry["ast"]?.difference(from: root.table)
            } catch {
                if isExperimental { return nil }
                return refusal(entry, error)
            }
        }
    }

    private static func refusal(_ entry: TableValue, _ error: PromQLParseError) -> String? {
        guard entry["ok"]?.flag == false else { return "refused: \(error)" }
        let wanted = entry["error"]?.text ?? ""
        let start = entry["start"]?.integer ?? 0
        let end = entry["end"]?.integer ?? 0
        guard error.message.hasPrefix(wanted) || wanted.hasPrefix(error.message) else {
            return "said: \(error.message); expected: \(wanted)"
        }
        guard error.range == start..<max(start, end) else {
            return "at \(error.range), expected \(start)..<\(end): \(error.message)"
        }
        return nil
    }

    /// Runs a table of expressions and their printed forms (`in`, `out`).
    package static func printer(_ bytes: [UInt8]) -> ConformanceTally {
        run(bytes, input: "in") { entry, input in
            let wanted = entry["out"]?.text ?? ""
            do throws(PromQLParseError) {
                let printed = try PromQLExpression.parse(bytes: input).description
                return printed == wanted ? nil : "printed \(printed), expected \(wanted)"
            } catch {
                return isExperimental(error) ? nil : "refused: \(error)"
            }
        }
    }

    private static func isExperimental(_ error: PromQLParseError) -> Bool {
        error.message.contains("experimental")
    }

    /// Runs a table of token lists (`input`, `ok`, `series`, `items`).
    package static func lexer(_ bytes: [UInt8]) -> ConformanceTally {
        run(bytes, input: "input") { entry, input in
            var lexer = Lexer(input, isSeriesDescription: entry["series"]?.flag ?? false)
            var tokens: [Token] = []
            while let token = Optional(lexer.next()), token.kind != .endOfInput {
                tokens.append(token)
                if token.kind == .error { break }
            }
            guard entry["ok"]?.flag == true else {
                return tokens.last?.kind == .error ? nil : "no error"
            }
            let found = TableValue.array(
                tokens.map { token in
                    .array([
                        .text(token.kind.rawValue), .number(Double(token.start)),
                        .string(token.text),
                    ])
                })
            return entry["items"]?.difference(from: found)
        }
    }

    /// Runs a table of series descriptions (`input`, `ok`, `metric`, `values`).
    package static func series(_ bytes: [UInt8]) -> ConformanceTally {
        run(bytes, input: "input") { entry, input in
            do throws(PromQLParseError) {
                let series = try SeriesDescription.parse(bytes: input)
                guard entry["ok"]?.flag == true else { return "accepted" }
                return compare(series, entry)
            } catch {
                return entry["ok"]?.flag == true ? "refused: \(error)" : nil
            }
        }
    }

    private static func compare(
        _ series: SeriesDescription, _ entry: TableValue
    ) -> String? {
        var wanted: [(String, String)] = []
        if case .object(let members)? = entry["metric"], entry["metric"]?["call"] == nil {
            wanted = members.map { ($0.name, $0.value.text ?? "") }
        }
        guard SeriesLabels(wanted) == series.labels else { return "labels \(series.labels)" }
        let values = entry["values"]?["args"]?.items ?? []
        guard values.count == series.values.count else {
            return "\(series.values.count) values, expected \(values.count)"
        }
        for (expected, found) in zip(values, series.values) {
            let holds =
                switch expected {
                case .number(let number): found == number
                case .object where expected["id"]?.text == "none": found == nil
                case .object: found.map(StaleMarker.isStale) ?? false
                default: false
                }
            if !holds { return "\(series.values) differ" }
        }
        return nil
    }

    private static func run(
        _ bytes: [UInt8], input member: String, _ check: (TableValue, [UInt8]) -> String?
    ) -> ConformanceTally {
        var tally = ConformanceTally()
        for entry in TableValue.lines(bytes) {
            let input = entry[member]?.bytes ?? []
            let shown = String(decoding: input.prefix(120), as: UTF8.self)
            let line = entry["line"]?.integer ?? 0
            tally.record(check(entry, input).map { "case \(line) `\(shown)`: \($0)" })
        }
        return tally
    }
}
