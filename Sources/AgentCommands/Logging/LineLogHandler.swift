// swift-log's back end: one line a call, to wherever the program says.

import Credits
import Logging

/// Writes log calls as lines.
package struct LineLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    private let format: LogFormat
    private let clock: @Sendable () -> Timestamp
    private let write: @Sendable (String) -> Void

    /// A handler that writes through a function; a line comes with its line feed.
    package init(
        level: Logger.Level, format: LogFormat, clock: @escaping @Sendable () -> Timestamp,
        write: @escaping @Sendable (String) -> Void
    ) {
        logLevel = level
        self.format = format
        self.clock = clock
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var all = metadata
        if let own = event.metadata { all.merge(own) { _, new in new } }
        var fields = all.sorted { $0.key < $1.key }.map { (name: $0.key, value: "\($0.value)") }
        if let error = event.error { fields.append((name: "error", value: "\(error)")) }
        let line = LogLine(
            time: clock(), level: event.level, source: event.source,
            message: event.message.description, fields: fields)
        write(line.text(format))
    }
}
