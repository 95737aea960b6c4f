// Trace files and their replay.

import Testing
import UsageSimulation

@Suite("Replayed traces")
struct TokenTraceTests {
    static let csv = """
        TIMESTAMP,ContextTokens,GeneratedTokens\r
        2023-11-16 18:17:03.9799600,4808,10\r
        2023-11-16 18:17:04.0319600,3180,8\r
        2023-11-16 18:18:00.0000000,1,2\r

        """

    static func replay(_ texts: [String], speed: Double?) throws -> TraceReplay {
        let traces = try texts.enumerated().map { index, csv in
            try TokenTrace(product: "product-\(index)", csv: csv)
        }
        return TraceReplay(
            traces: traces, today: try #require(SimulatedDay("2026-11-23")), speed: speed)
    }

    @Test("all tokens are there at once, on today")
    func totals() throws {
        let totals = try Self.replay([Self.csv, Self.csv], speed: nil).totals(at: 0)
        #expect(totals.map(\.product) == ["product-0", "product-1"])
        #expect(totals.map(\.day.description) == ["2026-11-23", "2026-11-23"])
        #expect(totals.map(\.contextTokens) == [7989, 7989])
        #expect(totals.map(\.generatedTokens) == [20, 20])
        #expect(totals[0].tokens == 8009)
    }

    @Test("a replay shows what has passed", arguments: zip([0, 1, 5.7], [4808, 7988, 7989]))
    func speed(elapsed: Double, context: Int64) throws {
        let totals = try Self.replay([Self.csv], speed: 10).totals(at: elapsed)
        #expect(totals.map(\.contextTokens) == [context])
    }

    @Test("a trace over midnight ends today")
    func midnight() throws {
        let csv = """
            TIMESTAMP,ContextTokens,GeneratedTokens
            2023-11-16 23:59:59.9,1,2
            2023-11-17 00:00:00.1,3,4
            """
        let totals = try Self.replay([csv], speed: nil).totals(at: 0)
        #expect(totals.map(\.day.description) == ["2026-11-22", "2026-11-23"])
        #expect(totals.map(\.tokens) == [3, 7])
    }

    @Test(
        "a broken file names its line",
        arguments: [
            ("a,b", 1), ("TIMESTAMP,ContextTokens,GeneratedTokens\n1,2", 2),
            ("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9,1,2\nx,1,2", 3),
            ("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9,-1,2", 2),
            ("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 24:17:03.9,1,2", 2),
        ])
    func broken(csv: String, line: Int) {
        let error = #expect(throws: TokenTraceError.self) {
            try TokenTrace(product: "x", csv: csv)
        }
        #expect(error?.line == line)
    }
}
