// What every store promises about the states of sources.

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
}
