// The tree, its positions, and every way in which a file is refused.

import PositionedYAML
import Testing

/// Reads a text under the file name `f.yml`.
func readYAML(_ text: String, limits: YAMLLimits = .standard) throws(Mistakes) -> YAMLNode? {
    try YAMLReader.read(Array(text.utf8), file: "f.yml", limits: limits)
}

/// The mistakes of reading, as text; empty when there are none.
func readingMistakes(_ bytes: [UInt8], limits: YAMLLimits = .standard) -> [String] {
    do {
        _ = try YAMLReader.read(bytes, file: "f.yml", limits: limits)
        return []
    } catch {
        return error.list.map(\.description)
    }
}

@Suite struct YAMLReaderTests {
    @Test func everyNodeKnowsItsPlace() throws {
        let root = try #require(try readYAML("a: 1\nlist:\n  - x\n  - {k: 'v'}\n"))
        let pairs = try #require(root.pairs)
        #expect(pairs.map(\.key.text) == ["a", "list"])
        #expect(pairs[0].value.position.description == "f.yml:1:4")
        let elements = try #require(pairs[1].value.elements)
        #expect(elements[0].position.description == "f.yml:3:5")
        let inner = try #require(elements[1].pairs?.first)
        #expect(inner.key.position.description == "f.yml:4:6")
        #expect(inner.value.kind == .scalar(text: "v", isPlain: false))
        #expect(inner.value.position.description == "f.yml:4:9")
    }

    @Test func columnsCountCharacters() throws {
        let root = try #require(try readYAML("\"äö€😀\": x\n"))
        #expect(root.pairs?.first?.value.position.column == 9)
    }

    @Test(arguments: ["", "# only a comment\n", "\u{FEFF}", "\n\n"])
    func emptyFilesHaveNoRoot(_ text: String) throws {
        #expect(try readYAML(text) == nil)
    }

    @Test func aByteOrderMarkIsPassedOver() throws {
        let root = try #require(try readYAML("\u{FEFF}a: 1\n"))
        #expect(root.pairs?.first?.key.text == "a")
        #expect(root.pairs?.first?.key.position.column == 1)
    }

    @Test func onlyTheFirstDocumentIsRead() throws {
        let document = try YAMLReader.readDocument(
            Array("a: 1\n---\nb: 2\n".utf8), file: "f.yml")
        #expect(document.root?.pairs?.map(\.key.text) == ["a"])
        #expect(document.secondDocument?.description == "f.yml:2:1")
    }

    @Test(arguments: ["~", "null", "Null", "NULL", ""])
    func plainNullsAreNull(_ text: String) throws {
        let root = try #require(try readYAML("a: \(text)\n"))
        #expect(root.pairs?.first?.value.isNull == true)
    }

    @Test(arguments: ["'null'", "\"\"", "!!str null", "! null", "nul", "NuLL"])
    func quotedNullsAreTexts(_ text: String) throws {
        let root = try #require(try readYAML("a: \(text)\n"))
        #expect(root.pairs?.first?.value.isNull == false)
    }

    @Test func aliasesRepeatTheirAnchor() throws {
        let root = try #require(try readYAML("a: &x {k: 1}\nb: *x\n"))
        let pairs = try #require(root.pairs)
        #expect(pairs[0].value == pairs[1].value)
    }

    static let refusals: [(text: String, mistakes: [String])] = [
        ("a: 1\nb: 2\na: 3\n", ["f.yml:3:1: key \"a\" is repeated; it is first written at 1:1"]),
        ("a: 1\n'a': 3\n", ["f.yml:2:1: key \"a\" is repeated; it is first written at 1:1"]),
        (
            "a: 1\na: 3\nb: {c: 1, c: 2}\n",
            [
                "f.yml:2:1: key \"a\" is repeated; it is first written at 1:1",
                "f.yml:3:11: key \"c\" is repeated; it is first written at 3:5",
            ]
        ),
        (
            "a: &x {k: 1}\nb:\n  <<: *x\n",
            [
                "f.yml:3:3: merge keys (`<<`) are not supported; write the keys out"
            ]
        ),
        ("a: !secret x\n", ["f.yml:1:4: tag \"!secret\" is not supported; remove it"]),
        (
            "a: !!binary aGk=\n",
            [
                "f.yml:1:4: tag \"tag:yaml.org,2002:binary\" is not supported; remove it"
            ]
        ),
        (
            "a: *nowhere\n",
            [
                "f.yml:1:4: alias `*nowhere` has no anchor `&nowhere` that ends before it"
            ]
        ),
        ("a: &x [*x]\n", ["f.yml:1:8: alias `*x` has no anchor `&x` that ends before it"]),
        ("? [a, b]\n: 1\n", ["f.yml:1:3: a key must be a word, not a list"]),
        ("a: \u{1}\n", ["f.yml:1:4: a control character is not allowed here; remove it"]),
        ("ä: \u{7F}\n", ["f.yml:1:4: a control character is not allowed here; remove it"]),
        ("a: x\u{FEFF}\n", ["f.yml:1:5: a control character is not allowed here; remove it"]),
    ]

    @Test(arguments: refusals)
    func whatCannotBeUsedIsNamedWithItsPlace(_ text: String, _ mistakes: [String]) {
        #expect(readingMistakes(Array(text.utf8)) == mistakes)
    }

    @Test func differentlyComposedKeysAreDifferent() {
        #expect(readingMistakes(Array("\u{E9}: 1\ne\u{301}: 2\n".utf8)) == [])
    }

    static let syntax: [(text: String, begins: String, holds: String)] = [
        ("a:\n\tb: 1\n", "f.yml:2:1: ", "a tab cannot indent YAML; use spaces"),
        ("a: b: c\n", "f.yml:1:5: mapping values are not allowed", "quote a text"),
        ("a:\n  - x\n b: 1\n", "f.yml:3:2: did not find expected", "check the indentation"),
        ("a: [1, 2\n", "f.yml:2:1: ", "flow sequence that begins at 1:4"),
        ("a: \"x\n", "f.yml:2:1: found unexpected end of stream", "closing quote"),
        ("a: @x\n", "f.yml:1:4: found character that cannot start any token", "quote"),
        ("a: 1\n...\n]\n", "f.yml:3:1: ", "expected"),
        ("%YAML 3.0\n---\na: 1\n", "f.yml:1:1: ", "incompatible YAML document"),
    ]

    @Test(arguments: syntax)
    func syntaxMistakesSayWhereAndWhatToDo(_ text: String, _ begins: String, _ holds: String) {
        let mistakes = readingMistakes(Array(text.utf8))
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.hasPrefix(begins) == true, "\(mistakes)")
        #expect(mistakes.first?.contains(holds) == true, "\(mistakes)")
    }

    static let badBytes: [(bytes: [UInt8], place: String)] = [
        ([0x61, 0x3A, 0x20, 0xFF], "f.yml:1:4: byte 0xFF"),
        ([0x61, 0x3A, 0x0A, 0xC3, 0xA4, 0xC0, 0xAF], "f.yml:2:2: byte 0xC0"),
        ([0xE2, 0x82], "f.yml:1:1: byte 0xE2"),
        ([0xED, 0xA0, 0x80], "f.yml:1:1: byte 0xED"),
        ([0xF4, 0x90, 0x80, 0x80], "f.yml:1:1: byte 0xF4"),
        ([0xFF, 0xFE, 0x61, 0x00], "f.yml:1:1: the file is UTF-16"),
    ]

    @Test(arguments: badBytes)
    func bytesThatAreNotUTF8AreNamed(_ bytes: [UInt8], _ place: String) {
        let mistakes = readingMistakes(bytes)
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.hasPrefix(place) == true, "\(mistakes)")
    }

    @Test func anAliasBombIsRefusedSmall() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let mistakes = readingMistakes(Array(text.utf8))
        #expect(mistakes.count == 1)
        #expect(
            mistakes.first?.hasSuffix("aliases expand to more than 100000 nodes") == true,
            "\(mistakes)")
    }

    @Test func plainNodesAreCountedToo() {
        let limits = YAMLLimits(bytes: 1000, depth: 8, nodes: 4)
        #expect(readingMistakes(Array("[a, b, c]".utf8), limits: limits) == [])
        #expect(
            readingMistakes(Array("[a, b, c, d]".utf8), limits: limits)
                == ["f.yml:1:11: the file holds more than 4 nodes"])
    }

    @Test func depthIsBoundedAlsoThroughAliases() {
        let limits = YAMLLimits(bytes: 1000, depth: 3, nodes: 100)
        #expect(readingMistakes(Array("[[[a]]]".utf8), limits: limits) == [])
        #expect(
            readingMistakes(Array("[[[[a]]]]".utf8), limits: limits)
                == ["f.yml:1:4: lists and mappings are nested deeper than 3 levels"])
        #expect(
            readingMistakes(Array("[&x [[a]], [*x]]".utf8), limits: limits)
                == ["f.yml:1:13: lists and mappings are nested deeper than 3 levels"])
    }

    @Test func bytesAreBounded() {
        let limits = YAMLLimits(bytes: 4, depth: 3, nodes: 100)
        #expect(readingMistakes(Array("a: 1".utf8), limits: limits) == [])
        #expect(
            readingMistakes(Array("a: 12".utf8), limits: limits)
                == ["f.yml:1:1: the file holds 5 bytes, more than 4"])
    }

    @Test func deepBracketsDoNotExhaustTheStack() {
        let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 200_000)
        #expect(readingMistakes(bytes).first?.contains("deeper than 64 levels") == true)
    }

    @Test func arbitraryBytesNeverCrash() {
        var generator = SplitMix(state: 7)
        let alphabet = Array("ab:-[]{},&*!|>'\"%@#? \n\t\\<~0.\u{E4}".utf8)
        for _ in 0..<3000 {
            let length = Int.random(in: 0...40, using: &generator)
            let bytes = (0..<length).map { _ in
                alphabet[Int.random(in: alphabet.indices, using: &generator)]
            }
            for mistake in readingMistakes(bytes) { #expect(mistake.hasPrefix("f.yml:")) }
        }
    }
}

/// A small repeatable generator.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
