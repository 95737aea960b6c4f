// Finds the place in a file that an offset inside a YAML text means.

import PositionedYAML

/// Turns a line and column inside a scalar into a place in the file.
///
/// Where folding or escapes make that impossible, the answer is the scalar's own place.
struct ScalarLocator {
    private let lines: [[UInt8]]

    init(bytes: [UInt8]) {
        lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { Array($0) }
    }

    /// - Parameters:
    ///   - line: from 1, inside the text.
    ///   - column: from 1 in bytes, inside the line.
    func position(of text: Positioned<String>, line: Int, column: Int) -> SourcePosition {
        let inner = text.value.utf8.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard line >= 1, line <= inner.count else { return text.position }
        let wanted = Array(inner[line - 1])
        let begin = text.position
        guard let first = source(begin.line), begin.column <= first.count + 1 else { return begin }
        let mark = begin.column <= first.count ? first[begin.column - 1] : 0
        if mark == UInt8(ascii: "|") {
            return block(text, wanted, line, column) ?? begin
        }
        guard inner.count == 1 else { return begin }
        let quote = mark == UInt8(ascii: "\"") || mark == UInt8(ascii: "'") ? 1 : 0
        let start = begin.column - 1 + quote
        guard first.dropFirst(start).starts(with: wanted) else { return begin }
        return SourcePosition(
            file: begin.file, line: begin.line, column: start + min(column, wanted.count + 1))
    }

    private func source(_ line: Int) -> [UInt8]? {
        line >= 1 && line <= lines.count ? lines[line - 1] : nil
    }

    /// A literal block: its lines follow one by one, indented.
    private func block(
        _ text: Positioned<String>, _ wanted: [UInt8], _ line: Int, _ column: Int
    ) -> SourcePosition? {
        let number = text.position.line + line
        guard let source = source(number), source.count >= wanted.count else { return nil }
        let indent = source.count - wanted.count
        guard source.suffix(wanted.count).elementsEqual(wanted),
            source.prefix(indent).allSatisfy({ $0 == UInt8(ascii: " ") })
        else { return nil }
        return SourcePosition(
            file: text.position.file, line: number, column: indent + column)
    }
}
