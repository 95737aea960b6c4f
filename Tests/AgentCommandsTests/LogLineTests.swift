// Log lines: order of keys, quoting, and nothing that breaks out of the line.

import Credits
import ExactJSON
import Logging
import Synchronization
import Testing

@testable import AgentCommands

@Suite("Log lines")
struct LogLineTests {
    private static let time = Timestamp(milliseconds: 1_795_395_723_004)

    private static func line(
        _ message: String, level: Logger.Level = .info, fields: [(String, String)] = [],
        time: Timestamp = Self.time
    ) -> LogLine {
        LogLine(
            time: time, level: level, source: "poll", message: message,
            fields: fields.map { (name: $0.0, value: $0.1) })
    }

    @Test("logfmt begins with time, level, source and msg")
    func logfmtOrder() {
        let line = Self.line("polls succeed", fields: [("address", "[::1]:10190"), ("count", "3")])
        #expect(
            line.text(.logfmt)
                == "time=2026-11-23T01:02:03.004Z level=info source=poll msg=\"polls succeed\" "
                + "address=[::1]:10190 count=3\n")
    }

    @Test("JSON begins with the same keys")
    func jsonOrder() throws {
        let text = Self.line("polls \"succeed\"", fields: [("a", "b\nc")]).text(.json)
        #expect(
            text == #"{"time":"2026-11-23T01:02:03.004Z","level":"info","source":"poll","#
                + #""msg":"polls \"succeed\"","a":"b\nc"}"# + "\n")
        let value = try JSONReader.read(Array(text.utf8))
        #expect(value["msg"]?.stringValue == "polls \"succeed\"")
        #expect(value["a"]?.stringValue == "b\nc")
    }

    @Test("a whole second keeps its milliseconds")
    func milliseconds() {
        let line = Self.line("x", time: Timestamp(milliseconds: 1_795_395_723_000))
        #expect(line.text(.logfmt).hasPrefix("time=2026-11-23T01:02:03.000Z "))
    }

    @Test(
        "seven levels become four",
        arguments: zip(
            Logger.Level.allCases,
            ["debug", "debug", "info", "info", "warn", "error", "error"]))
    func levels(_ level: Logger.Level, _ word: String) {
        #expect(Self.line("x", level: level).text(.logfmt).contains(" level=\(word) "))
    }

    @Test(
        "values are quoted when they have to be",
        arguments: [
            ("plain", "plain"), ("", #""""#), ("two words", #""two words""#), ("a=b", #""a=b""#),
            (#"say "x""#, #""say \"x\"""#), (#"back\slash"#, #""back\\slash""#),
            ("é", "é"), ("line\nbreak", #""line\nbreak""#), ("a\r\nb", #""a\r\nb""#),
            ("tab\t", #""tab\t""#), ("\u{1B}[31m", #""\u001b[31m""#), ("\u{0}", #""\u0000""#),
            ("\u{85}", #""\u0085""#), ("\u{2028}", #""\u2028""#), ("\u{202E}x", #""\u202ex""#),
        ])
    func quoting(_ value: String, _ written: String) {
        #expect(Self.line("x", fields: [("k", value)]).text(.logfmt).hasSuffix(" k=\(written)\n"))
    }

    @Test("no control byte survives", arguments: LogFormat.allCases)
    func noControls(_ format: LogFormat) {
        let evil = String(
            String.UnicodeScalarView((0..<0xA0).compactMap { Unicode.Scalar(UInt32($0)) }))
        let text = Self.line(evil, fields: [(evil, evil)]).text(format)
        #expect(text.unicodeScalars.filter { $0.value < 0x20 || $0.value == 0x7F } == ["\n"])
        #expect(text.hasSuffix("\n"))
    }

    @Test(
        "field names cannot end the name or repeat a key",
        arguments: [
            ("a b", "a_b"), ("a=b", "a_b"), ("", "_"), ("level", "level_"), ("é\"", "é_"),
        ])
    func names(_ name: String, _ written: String) {
        #expect(Self.line("x", fields: [(name, "1")]).text(.logfmt).hasSuffix(" \(written)=1\n"))
    }

    @Test("a huge value is cut")
    func cut() {
        let text = Self.line(String(repeating: "ä", count: 100_000)).text(.logfmt)
        #expect(text.utf8.count < LineText.maximumBytes + 200)
        #expect(text.hasSuffix("…\"\n"))
    }

    @Test("the handler merges metadata, the call's own winning, sorted by name")
    func handler() {
        let lines = Mutex<[String]>([])
        var logger = Logger(label: "x") { _ in
            LineLogHandler(
                level: .info, format: .logfmt, clock: { Self.time },
                write: { line in lines.withLock { $0.append(line) } })
        }
        logger[metadataKey: "b"] = "1"
        logger[metadataKey: "a"] = "1"
        logger.debug("not written")
        logger.warning("written", metadata: ["b": "2"], source: "poll")
        #expect(
            lines.withLock { $0 } == [
                "time=2026-11-23T01:02:03.004Z level=warn source=poll msg=written a=1 b=2\n"
            ])
    }
}
