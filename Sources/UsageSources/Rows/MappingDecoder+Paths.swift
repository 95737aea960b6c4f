// JSONPaths and byte sizes in a configuration file.

import ExactJSON
import PositionedYAML

/// What a path may select.
enum PathShape {
    /// At most one value: names and indices only.
    case singular
    /// Any number of values.
    case any
}

extension MappingDecoder {
    /// A JSONPath; nil when absent, or after a mistake.
    mutating func path(_ key: String, shape: PathShape) -> JSONPath? {
        guard let text = string(key) else { return nil }
        return Self.path(text, shape: shape, field: field(of: key), into: mistakes)
    }

    /// A JSONPath that must be there.
    mutating func requiredPath(_ key: String, shape: PathShape) -> JSONPath? {
        require(key) ? path(key, shape: shape) : nil
    }

    /// Parses and checks a path.
    static func path(
        _ text: Positioned<String>, shape: PathShape, field: String, into mistakes: MistakeCollector
    ) -> JSONPath? {
        do throws(JSONPathError) {
            let path = try JSONPath(text.value)
            for warning in path.warnings {
                mistakes.warn("\(field): \(warning.message) (\(warning.place))", at: text.position)
            }
            guard shape == .any || path.isSingular else {
                mistakes.add(
                    "\(field): must name one value (names and indices only, such as $.a.b[0]); "
                        + "wildcards, slices and filters belong into `rows`", at: text.position)
                return nil
            }
            return path
        } catch {
            mistakes.add("\(field): \(error.message) (\(error.place))", at: text.position)
            return nil
        }
    }

    /// A size in bytes such as `8MiB`, `512KiB` or `4096`; nil when absent, or after a mistake.
    mutating func byteSize(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = string(key) else { return nil }
        guard let bytes = Self.bytes(text.value), range.contains(bytes) else {
            let bounds = [range.lowerBound, range.upperBound].map(Self.text(ofBytes:))
            mistake(key, "expected a size from \(bounds[0]) to \(bounds[1]), such as 8MiB")
            return nil
        }
        return bytes
    }

    private static func bytes(_ text: String) -> Int? {
        let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("B", 1)]
        var digits = text
        var factor = 1
        for (suffix, size) in units where text.hasSuffix(suffix) {
            digits = String(text.dropLast(suffix.count))
            factor = size
            break
        }
        guard DecimalLexeme.isInteger(digits), let count = Int(digits) else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }

    private static func text(ofBytes count: Int) -> String {
        count % (1 << 20) == 0 ? "\(count >> 20)MiB" : "\(count >> 10)KiB"
    }
}

extension JSONPathError {
    /// `column 5 of the path`.
    fileprivate var place: String { "column \(column) of the path" }
}
