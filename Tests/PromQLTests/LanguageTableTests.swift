// The public tables of the language, when they lie next to the repository.

import Foundation
import PromQL
import Testing

/// Where the public test data may be.
enum ConformanceData {
    static let directory = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/conformance/promql")

    static var isPresent: Bool {
        FileManager.default.fileExists(atPath: directory.appending(path: "parser.jsonl").path())
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: directory.appending(path: name)))
    }

    static var scripts: [String] {
        let names = try? FileManager.default.contentsOfDirectory(atPath: directory.path())
        return (names ?? []).filter { $0.hasSuffix(".test") }.sorted()
    }
}

@Suite("public language tables", .enabled(if: ConformanceData.isPresent))
struct LanguageTableTests {
    @Test func parserTableHolds() throws {
        let tally = LanguageTables.parser(try ConformanceData.bytes("parser.jsonl"))
        #expect(tally.failures == [])
        #expect(tally.passed > 0)
    }

    @Test func printerTableHolds() throws {
        let tally = LanguageTables.printer(try ConformanceData.bytes("printer.jsonl"))
        #expect(tally.failures == [])
        #expect(tally.passed > 0)
    }

    @Test func lexerTableHolds() throws {
        let tally = LanguageTables.lexer(try ConformanceData.bytes("lexer.jsonl"))
        #expect(tally.failures == [])
        #expect(tally.passed > 0)
    }

    @Test func seriesTableHolds() throws {
        let tally = LanguageTables.series(try ConformanceData.bytes("series.jsonl"))
        #expect(tally.failures == [])
        #expect(tally.passed > 0)
    }
}
