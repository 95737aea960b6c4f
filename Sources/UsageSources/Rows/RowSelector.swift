// Finds the rows of a page, level by level, and brings tables and parallel arrays into rows.

import Credits
import ExactJSON

/// The rows of one page.
struct PageRows {
    /// The nodes of the outermost level: what makes two pages the same.
    let heads: [JSONMatch]
    /// The rows that are more than a node of the outermost level; nil when none are.
    private let shaped: [RowPlace]?
    private let page: String

    /// Rows that are the nodes of the outermost level.
    init(heads: [JSONMatch], page: String) {
        self.heads = heads
        self.page = page
        shaped = nil
    }

    /// Rows below nodes of the outermost level.
    init(heads: [JSONMatch], rows: [RowPlace], page: String) {
        self.heads = heads
        self.page = page
        shaped = rows
    }

    /// How many rows.
    var count: Int { shaped?.count ?? heads.count }

    /// A row.
    subscript(index: Int) -> RowPlace {
        shaped?[index] ?? RowPlace(node: heads[index], outer: [], page: page, line: nil)
    }
}

/// Selects rows.
struct RowSelector {
    let mapping: RowMapping
    /// The page in words.
    let page: String
    /// The lines on which the elements of the page begin.
    let lines: [Int]
    /// The most rows that are wanted.
    let limit: Int

    /// The rows of a page.
    func rows(of root: JSONValue) throws(PollFailure) -> PageRows {
        guard let first = mapping.levels.first, try hasPlace(first, in: root, nil) else {
            return PageRows(heads: [], rows: try shaped([], root), page: page)
        }
        let heads = try select(first, in: root, room: limit)
        if mapping.levels.count == 1, case .json = mapping.shape {
            return PageRows(heads: heads, page: page)
        }
        var rows = heads.map { place($0) }
        for level in mapping.levels.dropFirst() {
            var next: [RowPlace] = []
            for row in rows where try hasPlace(level, in: row.node.value, row) {
                let matches = try select(level, in: row.node.value, room: limit - next.count)
                let outer = row.nodes
                for match in matches { next.append(place(match, within: outer)) }
            }
            rows = next
        }
        return PageRows(heads: heads, rows: try shaped(rows, root), page: page)
    }

    /// The singular part of a level must select something that can hold rows.
    private func hasPlace(
        _ level: RowLevel, in parent: JSONValue, _ row: RowPlace?
    ) throws(PollFailure) -> Bool {
        let match = try limited { () throws(JSONPathLimitError) in
            try level.prefix.first(in: parent)
        }
        switch match?.value {
        case .array?, .object?: return true
        case nil where level.isOptional, .null? where level.isOptional: return false
        case let value:
            let outer = row.map { ", \($0.location)" } ?? ""
            let name = level.name.isEmpty ? "" : ", level `\(level.name)`"
            throw PollFailure(
                .rowsMissing,
                "\(page)\(outer): \(level.prefix.text) is \(value?.kindName ?? "missing"), so "
                    + "there is no place for `map.rows` (\(level.path.text)\(name)); write "
                    + "`optional: true` under `map` if the source leaves it out when there is no "
                    + "usage")
        }
    }

    private func select(
        _ level: RowLevel, in parent: JSONValue, room: Int
    ) throws(PollFailure) -> [JSONMatch] {
        let matches = try limited { () throws(JSONPathLimitError) in
            try level.path.select(in: parent, limits: JSONPathLimits(matches: room + 1))
        }
        guard matches.count <= room else { throw tooManyRows }
        return matches
    }

    private func limited<Value>(
        _ body: () throws(JSONPathLimitError) -> Value
    ) throws(PollFailure) -> Value {
        do throws(JSONPathLimitError) {
            return try body()
        } catch {
            if case .tooManyMatches = error { throw tooManyRows }
            throw PollFailure(.tooLarge, "\(page), `map.rows`: \(error)")
        }
    }

    private var tooManyRows: PollFailure {
        PollFailure(.tooLarge, "\(page): the poll has more than \(RowReader.maximumRows) rows")
    }

    private func place(
        _ node: JSONMatch, within outer: [JSONMatch] = [], line: Int? = nil
    ) -> RowPlace {
        RowPlace(node: node, outer: outer, page: page, line: line)
    }

    // MARK: Shapes

    private func shaped(
        _ found: [RowPlace], _ root: JSONValue
    ) throws(PollFailure) -> [RowPlace] {
        switch mapping.shape {
        case .json: return found
        case .lines, .csv:
            return found.map { place($0.node, within: $0.outer, line: line(of: $0)) }
        case .table(let path):
            let columns = try columns(path, root)
            var rows: [RowPlace] = []
            rows.reserveCapacity(found.count)
            for row in found { rows.append(try tableRow(row, columns)) }
            return rows
        case .zip(let axis, let values):
            var rows: [RowPlace] = []
            for row in found {
                rows += try zipped(row, axis: axis, values: values, room: limit - rows.count)
            }
            return rows
        }
    }

    private func line(of row: RowPlace) -> Int? {
        guard case .index(let index) = (row.outer.first ?? row.node).location.steps.first,
            lines.indices.contains(index)
        else { return nil }
        return lines[index]
    }

    /// The names of the columns: several texts, or one array of them.
    private func columns(
        _ path: JSONPath, _ root: JSONValue
    ) throws(PollFailure) -> [String] {
        let matches = try limited { () throws(JSONPathLimitError) in
            try path.select(in: root, limits: JSONPathLimits(matches: 1000))
        }
        let values = matches.count == 1 ? matches[0].value.arrayValue : nil
        let names = (values ?? matches.map(\.value)).map(\.stringValue)
        let texts = names.compactMap { $0 }
        guard !texts.isEmpty, texts.count == names.count else {
            throw PollFailure(
                .badValue,
                "\(page), `map.columns` (\(path.text)): expected the names of the columns, found "
                    + (names.isEmpty ? "nothing" : "something else than texts"))
        }
        guard Set(texts).count == texts.count else {
            throw PollFailure(
                .badValue, "\(page), `map.columns` (\(path.text)): two columns have one name")
        }
        return texts
    }

    private func tableRow(
        _ row: RowPlace, _ columns: [String]
    ) throws(PollFailure) -> RowPlace {
        guard let cells = row.node.value.arrayValue else {
            throw row.failure(
                "expected an array with a cell for each column, found \(row.node.value.kindName)")
        }
        guard cells.count == columns.count else {
            throw row.failure("has \(cells.count) cells, the table has \(columns.count) columns")
        }
        let object = JSONObject(zip(columns, cells).map { ($0, $1) })
        let match = JSONMatch(location: row.node.location, value: .object(object))
        return place(match, within: row.outer)
    }

    /// Rows of `axis`, `key` and `value`: one for each place of each array.
    private func zipped(
        _ row: RowPlace, axis: JSONPath, values: JSONPath, room: Int
    ) throws(PollFailure) -> [RowPlace] {
        let level = row.outer.count
        let nodes = row.nodes
        let axisSource = FieldSource(level: level, place: .path(axis))
        let valueSource = FieldSource(level: level, place: .path(values))
        let ticks = try row.required(axisSource)
        guard let ticks = ticks.arrayValue else {
            throw row.failure(axisSource, "expected an array, found \(ticks.kindName)")
        }
        var rows: [RowPlace] = []
        for series in try self.series(row, valueSource) {
            guard let numbers = series.value.arrayValue else {
                throw row.failure(
                    valueSource, "expected arrays of values, found \(series.value.kindName)")
            }
            guard numbers.count == ticks.count else {
                throw row.failure(
                    valueSource,
                    "has \(numbers.count) values\(series.words), the axis has \(ticks.count)")
            }
            guard rows.count + numbers.count <= room else { throw tooManyRows }
            for (index, number) in numbers.enumerated() {
                let object = JSONObject([
                    ("axis", ticks[index]), ("key", series.name.map { .string($0) } ?? .null),
                    ("value", number),
                ])
                let steps = series.steps + [.index(index)]
                let match = JSONMatch(
                    location: NormalizedPath(steps), value: .object(object))
                rows.append(place(match, within: nodes))
            }
        }
        return rows
    }

    private struct Series {
        let name: String?
        let value: JSONValue
        let steps: [PathStep]
        var words: String { name.map { " under \(shown($0))" } ?? "" }
    }

    private func series(
        _ row: RowPlace, _ source: FieldSource
    ) throws(PollFailure) -> [Series] {
        let found = try row.required(source)
        var steps: [PathStep] = []
        if case .path(let path) = source.place,
            let match = try limited({ () throws(JSONPathLimitError) in
                try path.first(in: row.node.value)
            })
        {
            steps = match.location.steps
        }
        guard let object = found.objectValue else {
            return [Series(name: nil, value: found, steps: steps)]
        }
        return object.members.map {
            Series(name: $0.name, value: $0.value, steps: steps + [.name($0.name)])
        }
    }
}
