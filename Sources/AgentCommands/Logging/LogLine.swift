// One line of the log as text: logfmt or JSON.
//
// 1. The keys `time level source msg` come first, in this order; no field can repeat them.
// 2. A line has no line break within and ends with one.

import Credits
import Logging

/// How log lines are written.
package enum LogFormat: String, Sendable, CaseIterable {
    case logfmt
    case json
}

/// One line of the log.
package struct LogLine: Sendable {
    private static let reservedNames = ["time", "level", "source", "msg"]

    private let time: Timestamp
    private let level: Logger.Level
    private let source: String
    private let message: String
    private let fields: [(name: String, value: String)]

    /// A line; fields keep their order.
    package init(
        time: Timestamp, level: Logger.Level, source: String, message: String,
        fields: [(name: String, value: String)] = []
    ) {
        self.time = time
        self.level = level
        self.source = source
        self.message = message
        self.fields = fields.map { (Self.name($0.name), $0.value) }
    }

    /// The line with its line feed.
    package func text(_ format: LogFormat) -> String {
        let pairs =
            [
                (name: "time", value: Self.text(of: time)),
                (name: "level", value: Self.word(for: level)),
                (name: "source", value: source), (name: "msg", value: message),
            ] + fields
        switch format {
        case .logfmt:
            return pairs.map { "\($0.name)=\(Self.logfmt($0.value))" }.joined(separator: " ") + "\n"
        case .json:
            let members = pairs.map { "\"\($0.name)\":\"\(LineText.escaped($0.value))\"" }
            return "{" + members.joined(separator: ",") + "}\n"
        }
    }

    /// The four levels that a reader sees.
    private static func word(for level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "debug"
        case .info, .notice: "info"
        case .warning: "warn"
        case .error, .critical: "error"
        }
    }

    /// RFC 3339 in UTC, always with milliseconds, so that lines sort as text.
    private static func text(of time: Timestamp) -> String {
        let text = time.description
        return text.contains(".") ? text : text.dropLast() + ".000Z"
    }

    /// A name without what would end it; one of the first four gets a line behind it.
    private static func name(_ text: String) -> String {
        var name = ""
        for scalar in text.unicodeScalars.prefix(128) {
            let isFit =
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || "_.-".unicodeScalars.contains(scalar)
            name.unicodeScalars.append(isFit ? scalar : "_")
        }
        if name.isEmpty { return "_" }
        return reservedNames.contains(name) ? name + "_" : name
    }

    private static func logfmt(_ value: String) -> String {
        let isPlain =
            !value.isEmpty
            && value.unicodeScalars.allSatisfy {
                !LineText.isUnsafe($0) && !" \"\\=".unicodeScalars.contains($0)
            }
        return isPlain && value.utf8.count <= LineText.maximumBytes
            ? value : "\"\(LineText.escaped(value))\""
    }
}
