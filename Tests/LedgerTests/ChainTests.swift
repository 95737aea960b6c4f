// Chaining and hashing: fixed vectors, computed by hand with another program.

import Credits
import Ledger
import Testing

@Suite("Chain and hash")
struct ChainTests {
    static let vectors: [([String], String)] = [
        (
            [],
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        ),
        (
            [""],
            "643d76d2766c1c66bf6df40630304dc3b86aa16ace3849a62e16419d2ed3cce7"
        ),
        (
            ["abc"],
            "d7863618cccd3bb7b6a1e37bb28ab7d01db8c49467a3e497e630f325b4fabf74"
        ),
        (
            ["a", "bc"],
            "d16f37a638ba770eff5e5da16e42c72f44dc44fd4da2eeffa698877ed1fd986c"
        ),
        (
            ["\u{E9}\u{1F9EE}"],
            "1bceae03626a2b5d7da6fe74bb15f85841441e35a9f5e072b1933543f8e0b07e"
        ),
    ]

    /// Hashes of the two entries of `extends`.
    static let first = "8ddfce7f365076e0a6b40277cff41be1f082692669eead58f090bebd2521740b"
    static let second = "54e904194aa5fe4e62b4a8478fcabe172955fa1adaf844f569ed9fc3a7454ec7"

    @Test("the hash is SHA-256 over netstrings", arguments: vectors)
    func hash(_ fields: [String], _ expected: String) {
        #expect(EntryHash.hexadecimal(fields) == expected)
    }

    @Test("fields cannot run into each other")
    func framing() {
        let splits = [
            ["ab", "c"], ["a", "bc"], ["abc", ""], ["", "abc"], ["abc"], ["2:ab,1:c,"],
        ]
        #expect(Set(splits.map(EntryHash.hexadecimal)).count == splits.count)
    }

    @Test("entries are numbered from the head on and hash what is before them")
    func extends() throws {
        var books = Books()
        _ = try books.post(Poll(readings: "1 brand-kit 1.5, 2 brand-kit 2"))
        #expect(books.entries.map(\.sequence) == [1, 2])
        #expect(books.entries.map(\.previousHash) == [ChainHead.empty.hash, Self.first])
        #expect(books.entries.map(\.hash) == [Self.first, Self.second])
        _ = try books.post(Poll(readings: "3 brand-kit 1"))
        #expect(books.entries.last?.sequence == 3)
        #expect(books.entries.last?.previousHash == Self.second)
    }

    @Test("no drafts leave the chain as it is")
    func nothing() {
        let entries = Chain.extend(
            ChainHead(sequence: 7, hash: "x"), organization: "acme", drafts: [], poll: "p",
            recordedAt: Books.instant)
        #expect(entries.isEmpty)
    }

    @Test("an empty chain ends at 0 with 64 zeros")
    func empty() {
        #expect(ChainHead.empty.sequence == 0)
        #expect(ChainHead.empty.hash == String(repeating: "0", count: 64))
    }
}
