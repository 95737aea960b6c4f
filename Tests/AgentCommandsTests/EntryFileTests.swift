// Files of entries: what is written comes back, and an edit is found where it is.

import Credits
import Ledger
import Testing

@testable import AgentCommands

@Suite("Files of entries")
struct EntryFileTests {
    /// Texts that a spreadsheet, CSV or JSON could spoil.
    static let texts = [
        "=1+1", "+1", "-1", "@sum", "\tx", "\rx", "'quoted", "''", "a,b", "say \"hi\"",
        "two\nlines", "two\r\nlines", "ünïcödé 🧮", "", " ", "\u{FEFF}x", "＝x", "{",
    ]

    private static func entries() -> [Entry] {
        var head = ChainHead.empty
        return texts.enumerated().map { index, text in
            let entry = Entry(
                organization: "acme", sequence: head.sequence + 1,
                day: CalendarDay(daysSinceEpoch: 20_600), product: text, kind: .usage,
                credits: CreditAmount(microCredits: Int64(index) * 1_250_001 - 3_000_000),
                quantity: index == 1 ? "=2" : "1e25", unit: text, rate: "0.0000001",
                source: "meter", key: "k\(index)", revision: 1, poll: "p",
                recordedAt: Timestamp(milliseconds: 1_780_272_000_000 + Int64(index)),
                note: text, previousHash: head.hash, hash: nil)
            head = ChainHead(sequence: entry.sequence, hash: entry.hash)
            return entry
        }
    }

    private static func file(_ format: EntryFileFormat) -> String {
        format.heading + entries().map(format.text).joined()
    }

    /// The entries of a file that comes in chunks of a size.
    private static func read(_ bytes: [UInt8], chunk: Int = 7) throws -> [Entry] {
        var rest = bytes[...]
        var reader = EntryFileReader {
            defer { rest = rest.dropFirst(chunk) }
            return Array(rest.prefix(chunk))
        }
        var chains = ChainImport()
        var entries: [Entry] = []
        while let row = try reader.next() {
            do throws(ImportRefusal) {
                entries.append(try chains.read(row.text))
            } catch {
                throw EntryFileError(line: row.line, message: error.description)
            }
        }
        return entries
    }

    private static func refusal(_ text: String) -> String {
        do {
            _ = try read(Array(text.utf8))
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test("what was written comes back", arguments: EntryFileFormat.allCases, [1, 7, 65_536])
    func roundTrip(_ format: EntryFileFormat, _ chunk: Int) throws {
        #expect(try Self.read(Array(Self.file(format).utf8), chunk: chunk) == Self.entries())
    }

    @Test("no cell of a CSV begins as a formula does, but for numbers below 0")
    func spreadsheetSafe() throws {
        let text = Self.file(.csv)
        for sign in ["=", "+", "@", "\t"] {
            #expect(!text.contains(",\(sign)"), "\(sign)")
            #expect(!text.contains(",\"\(sign)"), "\(sign)")
        }
        #expect(text.contains(",'=1+1,"))
        #expect(text.contains(",''quoted,"))
    }

    @Test("a byte order mark and carriage returns of a spreadsheet do not matter")
    func carriageReturns() throws {
        let plain = Self.entries().prefix(1).map(EntryFileFormat.csv.text).joined()
        let text = "\u{FEFF}" + EntryFileFormat.csv.heading + plain
        #expect(
            try Self.read(Array(text.replacing("\n", with: "\r\n").utf8)).count == 1)
    }

    @Test("an edit is named by line and entry", arguments: EntryFileFormat.allCases)
    func edited(_ format: EntryFileFormat) throws {
        let lines = Self.file(format).replacing("@sum", with: "@sun")
        let line = format == .csv ? 5 : 4
        #expect(Self.refusal(lines).hasPrefix("line \(line): entry 4 of acme was edited"))
        let later = Self.file(format).replacing("ünïcödé", with: "unicode")
        // Cells of the entries before run over several lines in CSV.
        let place = format == .csv ? 20 : 13
        #expect(
            Self.refusal(later).hasPrefix("line \(place): entry 13 of acme was edited"),
            "\(Self.refusal(later))")
    }

    @Test("what is no file of entries is refused where it is")
    func malformed() {
        let csv = EntryFileFormat.csv.heading
        #expect(Self.refusal("") == "line 1: the file is empty")
        #expect(Self.refusal("a,b\n").hasPrefix("line 1: is not the heading"))
        #expect(Self.refusal(csv + "a,b\n") == "line 2: has 2 cells, expected 16")
        #expect(Self.refusal(csv + "\"a\n\n") == "line 2: has a quote that is never closed")
        #expect(Self.refusal(csv + String(repeating: "x", count: 1 << 21)).contains("longer"))
        #expect(Self.refusal("{\n").hasPrefix("line 1: is no JSON"))
        #expect(Self.refusal("{}\n") == "line 1: lacks `organization`")
        #expect(Self.refusal("{\"x\":1}\n") == "line 1: has a field of no entry: x")
        #expect(Self.refusal(csv + "\n\n") == "none")
    }
}
