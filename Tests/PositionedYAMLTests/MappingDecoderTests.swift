// Strict decoding: types, messages, required keys, unknown keys, secrets.

import PositionedYAML
import Testing

/// Decodes one mapping and returns the mistakes as texts.
private func mistakes(
    of text: String, field: String = "sources[0]", _ body: (inout MappingDecoder) -> Void
) throws -> [String] {
    let collector = MistakeCollector()
    let root = try #require(try readYAML(text))
    if var decoder = MappingDecoder(root, field: field, into: collector) { body(&decoder) }
    return collector.list.map(\.description)
}

@Suite struct MappingDecoderTests {
    @Test func goodValuesKeepTheirPlaces() throws {
        let found = try mistakes(of: "s: x\ni: -5\nb: true\nd: 1h30m\nn: '12.50'\nc: hard\n") {
            #expect($0.string("s")?.value == "x")
            #expect($0.integer("i", in: -5...5)?.value == -5)
            #expect($0.boolean("b")?.value == true)
            let duration = $0.duration("d")
            #expect(duration?.value.milliseconds == 5_400_000)
            #expect(duration?.position.description == "f.yml:4:4")
            #expect($0.decimal("n")?.value == "12.50")
            #expect($0.choice("c", of: ["hard", "soft"])?.value == "hard")
            #expect($0.position(of: "d")?.description == "f.yml:4:1")
            #expect($0.field(of: "d") == "sources[0].d")
            #expect($0.keys.map(\.value) == ["s", "i", "b", "d", "n", "c"])
            $0.finish()
        }
        #expect(found == [])
    }

    @Test(arguments: ["5", "true", "yes", "0x1F", "1:30", "'null'", "~x"])
    func aStringKeepsAnyScalarAsWritten(_ text: String) throws {
        let found = try mistakes(of: "a: \(text)") {
            #expect($0.string("a")?.value == text.replacing("'", with: ""))
        }
        #expect(found == [])
    }

    @Test func absentAndNullAreNilWithoutMistake() throws {
        let found = try mistakes(of: "a: ~\nb:\n") {
            #expect($0.string("a") == nil)
            #expect($0.integer("b") == nil)
            #expect($0.duration("c") == nil)
            #expect($0.mapping("d") == nil)
            $0.finish()
        }
        #expect(found == [])
    }

    static let badScalars: [(text: String, kind: String, message: String)] = [
        ("[1]", "string", "expected a text, found a list"),
        ("{a: 1}", "string", "expected a text, found a mapping"),
        ("x", "integer", "expected a whole number, found \"x\""),
        ("0777", "integer", "expected a whole number, found \"0777\""),
        ("1:30", "integer", "expected a whole number, found \"1:30\""),
        ("1_000", "integer", "expected a whole number, found \"1_000\""),
        ("0x10", "integer", "expected a whole number, found \"0x10\""),
        ("1.0", "integer", "expected a whole number, found \"1.0\""),
        ("'5'", "integer", "expected a whole number, found a quoted text; remove the quotes"),
        (
            "99999999999999999999", "integer",
            "expected a whole number that fits 64 bits, found \"99999999999999999999\""
        ),
        ("11", "small", "expected a whole number from 1 to 10, found \"11\""),
        ("0", "positive", "expected a whole number of at least 1, found \"0\""),
        ("yes", "boolean", "expected true or false, found \"yes\"; write true"),
        ("Off", "boolean", "expected true or false, found \"Off\"; write false"),
        ("'true'", "boolean", "expected true or false, found \"true\"; write true"),
        ("1", "boolean", "expected true or false, found \"1\""),
        (
            "30", "duration",
            "expected a duration such as 30s, found \"30\"; add a unit (ms, s, m, h, d, w, y)"
        ),
        ("-5m", "duration", "expected a duration such as 30s, found \"-5m\""),
        ("1m1h", "duration", "expected a duration such as 30s, found \"1m1h\""),
        ("[30s]", "duration", "expected a duration such as 30s, found a list"),
        ("1,5", "decimal", "expected a number such as 12.5, found \"1,5\""),
        (".5", "decimal", "expected a number such as 12.5, found \".5\""),
        (".inf", "decimal", "expected a number such as 12.5, found \".inf\""),
        ("007", "decimal", "expected a number such as 12.5, found \"007\""),
        ("sof", "choice", "expected one of `hard`, `soft`, found \"sof\"; did you mean `soft`?"),
        ("x", "choice", "expected one of `hard`, `soft`, found \"x\""),
        ("x", "sequence", "expected a list, found \"x\"; write [x]"),
        ("x", "mapping", "expected a mapping, found \"x\""),
        ("[a]", "map", "expected a mapping, found a list"),
    ]

    @Test(arguments: badScalars)
    func wrongValuesSayWhatWasExpected(_ text: String, _ kind: String, _ message: String) throws {
        let found = try mistakes(of: "a: \(text)\n") {
            let isNil =
                switch kind {
                case "string": $0.string("a") == nil
                case "integer": $0.integer("a") == nil
                case "small": $0.integer("a", in: 1...10) == nil
                case "positive": $0.integer("a", in: 1...Int.max) == nil
                case "boolean": $0.boolean("a") == nil
                case "duration": $0.duration("a") == nil
                case "decimal": $0.decimal("a") == nil
                case "choice": $0.choice("a", of: ["hard", "soft"]) == nil
                case "sequence": $0.sequence("a") == nil
                case "mapping": $0.mapping("a") == nil
                default: $0.stringMap("a") == nil
                }
            #expect(isNil)
        }
        #expect(found == ["f.yml:1:4: sources[0].a: \(message)"])
    }

    @Test(arguments: ["0", "-0", "12", "12.5", "0.000001", "1e3", "-1.25E-7", "100000"])
    func decimalsKeepTheirLexeme(_ text: String) throws {
        for written in [text, "\"\(text)\""] {
            let found = try mistakes(of: "a: \(written)") {
                #expect($0.decimal("a")?.value == text)
            }
            #expect(found == [])
        }
    }

    @Test func requiredKeysAreMissedAtTheirMapping() throws {
        let found = try mistakes(of: "\nb: 1\nc: ~\n") {
            #expect($0.requiredString("url") == nil)
            #expect($0.requiredDuration("c") == nil)
            #expect($0.requiredInteger("b")?.value == 1)
        }
        #expect(
            found == [
                "f.yml:2:1: sources[0]: missing required key `url`",
                "f.yml:3:1: sources[0].c: a value is required",
            ])
        let top = try mistakes(of: "b: 1", field: "") { _ = $0.requiredNode("ledger") }
        #expect(top == ["f.yml:1:1: missing required key `ledger`"])
    }

    @Test func unknownKeysSuggestTheNearestKnownOne() throws {
        let found = try mistakes(of: "evry: 1m\nzzz: 1\nurl: x\nurls: y\n") {
            _ = $0.duration("every")
            _ = $0.string("url")
            $0.finish()
        }
        #expect(
            found == [
                "f.yml:1:1: field `evry` is not known in `sources[0]`; did you mean `every`?",
                "f.yml:2:1: field `zzz` is not known in `sources[0]`",
                "f.yml:4:1: field `urls` is not known in `sources[0]`",
            ])
        let top = try mistakes(of: "ledgr: 1", field: "") {
            _ = $0.node("ledger")
            $0.finish()
        }
        #expect(
            top == [
                "f.yml:1:1: field `ledgr` is not known at the top level; did you mean `ledger`?"
            ])
    }

    @Test func aNodeThatIsNoMappingIsAMistake() throws {
        #expect(
            try mistakes(of: "[a]") { _ in }
                == ["f.yml:1:1: sources[0]: expected a mapping, found a list"])
        #expect(
            try mistakes(of: "~", field: "") { _ in }
                == ["f.yml:1:1: expected a mapping, found nothing"])
    }

    @Test func elementsOfListsAreNamedByIndex() throws {
        let found = try mistakes(of: "l: [a, [b], ~]\nm: [{x: 1}, 5]\n") {
            #expect($0.strings("l")?.map(\.value) == ["a"])
            let inner = $0.mappings("m")
            #expect(inner?.map(\.field) == ["sources[0].m[0]"])
            inner?.first?.finish()
        }
        #expect(
            found == [
                "f.yml:1:8: sources[0].l[1]: expected a text, found a list",
                "f.yml:1:13: sources[0].l[2]: expected a text, found nothing",
                "f.yml:2:6: field `x` is not known in `sources[0].m[0]`",
                "f.yml:2:13: sources[0].m[1]: expected a mapping, found \"5\"",
            ])
    }

    @Test func freeMappingsKeepTheOrderOfTheFile() throws {
        let found = try mistakes(of: "h: {Z: 1, A: two, E: , L: [x]}\n") {
            let pairs = $0.stringMap("h") ?? []
            #expect(pairs.map(\.0.value) == ["Z", "A", "E"])
            #expect(pairs.map(\.1.value) == ["1", "two", ""])
        }
        #expect(found == ["f.yml:1:27: sources[0].h.L: expected a text, found a list"])
    }

    @Test func aNestedDecoderReportsIntoTheSameCollector() throws {
        let found = try mistakes(of: "request:\n  timeout: 5\n  retri: 1\n") {
            var request = $0.mapping("request")
            _ = request?.duration("timeout")
            _ = request?.integer("retries")
            request?.finish()
            $0.finish()
        }
        #expect(found.count == 2)
        #expect(found.first?.hasPrefix("f.yml:2:12: sources[0].request.timeout: ") == true)
        #expect(found.last?.hasSuffix("did you mean `retries`?") == true)
    }
}

@Suite struct SecretTests {
    @Test func referencesAreRead() throws {
        let found = try mistakes(of: "a: {env: TOKEN}\nb: {file: /run/token}\n") {
            #expect($0.secret("a")?.value == .environment("TOKEN"))
            #expect($0.secret("b")?.value == .file("/run/token"))
            $0.finish()
        }
        #expect(found == [])
    }

    @Test func aLiteralSecretIsWarnedAboutAndNotShown() throws {
        let found = try mistakes(of: "a: hunter2\n") {
            let secret = $0.requiredSecret("a")
            #expect(secret?.value == .literal(Secret("hunter2")))
            #expect("\(String(describing: secret))".contains("hunter2") == false)
        }
        #expect(
            found == [
                "f.yml:1:4: warning: sources[0].a: secret is written literally;"
                    + " use {env: NAME} or {file: PATH}"
            ])
    }

    static let badSecrets: [(text: String, message: String)] = [
        ("{}", "sources[0].a: expected exactly one of {env: NAME} and {file: PATH}"),
        ("{env: A, file: b}", "sources[0].a: expected exactly one of {env: NAME} and {file: PATH}"),
        ("{env: 'A B'}", "sources[0].a.env: expected the name of an environment variable"),
        ("{file: ''}", "sources[0].a.file: expected the path of a file"),
        ("[s3cret]", "sources[0].a: expected {env: NAME} or {file: PATH}, found a list"),
        ("''", "sources[0].a: the secret is empty"),
    ]

    @Test(arguments: badSecrets)
    func badReferencesAreExplained(_ text: String, _ message: String) throws {
        let found = try mistakes(of: "a: \(text)\n") { #expect($0.secret("a") == nil) }
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix(": \(message)") == true, "\(found)")
        #expect(found.first?.contains("s3cret") == false)
    }

    @Test func aSecretNeverPrintsItsText() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump([secret], to: &dumped)
        for text in [
            "\(secret)", String(reflecting: [secret]), "\(Optional(secret) as Any)", dumped,
        ] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("secret"))
        }
        #expect(secret.exposed == "hunter2")
    }
}
