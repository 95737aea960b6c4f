// What every store promises about the states of sources.

import Credits
import Ports
import SimulatedPorts
import Testing

@Suite("Source state rows of every store")
struct SourceStateRowsConformanceTests {
    @Test("a state is replaced, and belongs to one source", arguments: StoreKind.allCases)
    func replacement(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            #expect(try await store.read { try $0.sourceState(of: "usage") } == nil)
            try await store.write { rows in
                try rows.putSourceState(#"{"value":"1"}"#, of: "usage")
                try rows.putSourceState(#"{"value":"\u00e9"}"#, of: "e\u{301}")
                try rows.putSourceState(#"{"value":"2"}"#, of: "usage")
            }
            try await store.read { rows throws in
                #expect(try rows.sourceState(of: "usage") == #"{"value":"2"}"#)
                #expect(try rows.sourceState(of: "e\u{301}") == #"{"value":"\u00e9"}"#)
                #expect(try rows.sourceState(of: "\u{E9}") == nil, "identifiers differ by bytes")
            }
        }
    }

    @Test("a state is written with the entries or not at all", arguments: StoreKind.allCases)
    func atomicity(_ kind: StoreKind) async throws {
        struct Refusal: Error {}
        try await kind.withStore { store throws in
            try await store.write { try $0.putSourceState("1", of: "usage") }
            await #expect(throws: Refusal.self) {
                try await store.write { rows in
                    try rows.append(Sample.entries(count: 1), posted: [], poll: nil)
                    try rows.putSourceState("2", of: "usage")
                    throw Refusal()
                }
            }
            try await store.read { rows throws in
                #expect(try rows.sourceState(of: "usage") == "1")
                #expect(try rows.entries(of: "acme", after: 0, limit: 10).isEmpty)
            }
        }
    }

    @Test("a long state comes back whole", arguments: StoreKind.allCases)
    func longState(_ kind: StoreKind) async throws {
        let text = "[" + String(repeating: #""0123456789abcdef","#, count: 50_000) + "0]"
        try await kind.withStore { store throws in
            try await store.write { try $0.putSourceState(text, of: "usage") }
            #expect(try await store.read { try $0.sourceState(of: "usage") } == text)
        }
    }

    @Test("covered days are kept once, by source and window", arguments: StoreKind.allCases)
    func coveredDays(_ kind: StoreKind) async throws {
        let first = CalendarDay(daysSinceEpoch: 20_000)
        let days = (0..<5).map { first.adding(days: $0) }
        try await kind.withStore { store throws in
            for _ in 0..<2 {
                try await store.write { try $0.recordCoveredDays(days, of: "usage") }
            }
            try await store.write { try $0.recordCoveredDays([first], of: "other") }
            try await store.read { rows throws in
                let window = DayWindow(first: days[1], last: days[3])
                #expect(
                    try rows.coveredDays(of: nil, in: window) == ["usage": Set(days[1...3])])
                let all = DayWindow(first: first, last: days[4])
                #expect(
                    try rows.coveredDays(of: nil, in: all)
                        == ["usage": Set(days), "other": [first]])
                #expect(try rows.coveredDays(of: ["other"], in: all) == ["other": [first]])
                #expect(try rows.coveredDays(of: [], in: all).isEmpty)
            }
        }
    }
}
