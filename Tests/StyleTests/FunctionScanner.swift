// Finds functions and how many lines they have, by their indentation.

import Foundation

/// A function of a file.
struct ScannedFunction {
    let name: String
    let line: Int
    let length: Int
}

/// Scans formatted sources: a declaration ends at the first line of the same indentation that
/// closes a brace.
enum FunctionScanner {
    private static let declaration = try? NSRegularExpression(
        pattern:
            #"^( *)(?:@[A-Za-z()@ ]+ )*(?:(?:package|private|fileprivate|internal|static|mutating|nonisolated|override|final|class) )*(?:func |init[?(<])(.*)$"#
    )

    static func functions(in file: SourceFile) -> [ScannedFunction] {
        var functions: [ScannedFunction] = []
        for (index, line) in file.lines.enumerated() {
            guard let indentation = indentation(ofDeclaration: line) else { continue }
            guard let end = end(of: index, indentation: indentation, in: file.lines) else {
                continue
            }
            functions.append(
                ScannedFunction(
                    name: line.trimmingCharacters(in: .whitespaces), line: index + 1,
                    length: end - index + 1))
        }
        return functions
    }

    private static func indentation(ofDeclaration line: String) -> String? {
        let range = NSRange(line.startIndex..., in: line)
        guard let match = declaration?.firstMatch(in: line, range: range),
            let space = Range(match.range(at: 1), in: line)
        else { return nil }
        return String(line[space])
    }

    private static func end(of start: Int, indentation: String, in lines: [String]) -> Int? {
        if lines[start].hasSuffix("}") { return start }
        for index in lines.indices.dropFirst(start + 1) {
            let line = lines[index]
            if line == indentation + "}" { return index }
            // A requirement of a protocol has no body.
            if line.hasPrefix(indentation), !line.hasPrefix(indentation + " "),
                !line.hasPrefix(indentation + ")"), !line.hasPrefix(indentation + "{")
            {
                return nil
            }
        }
        return nil
    }
}
