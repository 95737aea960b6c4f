// Every kind of body against what its vendor publishes, however long and odd the alerts are.

import ExactJSON
import Foundation
import PositionedYAML
import PromQL
import Testing

@testable import Alerting

@Suite(.serialized) struct VendorLimitTests {
    private static let kinds = [
        "webhook": "{url: 'https://a.example'}",
        "incidentio": "{url: 'https://a.example', alert_source_token: {env: T}}",
        "slack": """
        {api_url: {env: A}, channel: '#credits', footer: '{{ .CommonAnnotations.summary }}',
        pretext: '{{ .CommonAnnotations.summary }}', link_names: true,
        fields: [{title: Severity, value: '{{ .CommonLabels.severity }}', short: true}]}
        """,
        "pagerduty": """
        {routing_key: {env: K}, component: '{{ .CommonLabels.organization }}', class: c,
        links: [{href: 'https://a.example', text: t}], images: [{src: 'https://a.example/i'}]}
        """,
        "discord": "{webhook_url: {env: A}, content: '{{ .CommonAnnotations.summary }}', "
            + "username: agent, avatar_url: 'https://a.example/i.png'}",
        "msteamsv2": "{webhook_url: {env: A}}",
    ]

    /// What there is to tell, by name.
    private static let stories: [String: [NotifiableAlert]] = {
        let long = String(repeating: "ä\"", count: 34_000)
        return [
            "one fires": [usageAlert()], "one is over": [usageAlert(endsAt: 1_700_000_030_000)],
            "some are over": [
                usageAlert(product: "chat"),
                usageAlert(product: "search", endsAt: 1_700_000_030_000),
            ],
            "long texts": [usageAlert(summary: long, description: long)],
            "no texts": [
                alert("X", organization: "", startsAt: 1, labels: ["severity": "page"])
            ],
            "hundreds": (0..<60).map {
                usageAlert(
                    product: "product-\($0)", description: String(repeating: "d ", count: 6000))
            },
            "odd letters": [usageAlert(summary: "a\u{0}b\u{7}\r\n<&>\u{2028}\u{1F980}\"\\")],
        ]
    }()

    private static func body(_ kind: String, _ alerts: [NotifiableAlert]) throws -> [UInt8] {
        let endpoint = try endpoint("\(kind)_configs: [\(kinds[kind] ?? "")]")
        let body = endpoint.render(notification(alerts)).body
        guard kind == "pagerduty" else { return body }
        let key = Secret(String(repeating: "k", count: 32))
        return PagerDutySettings.keyed(body, routingKey: key)
    }

    @Test(arguments: kinds.keys.sorted(), stories.keys.sorted())
    func aBodyKeepsToItsVendorsSchema(kind: String, story: String) throws {
        let body = try Self.body(kind, Self.stories[story] ?? [])
        let findings = SchemaCheck.findings(
            try JSONReader.read(body), try VendorSchemas.schema(kind))
        #expect(findings.isEmpty, "\(findings.prefix(5))")
        if let limit = VendorSchemas.maximumBytes[kind] { #expect(body.count <= limit) }
    }

    /// Discord counts all texts of all embeds together.
    @Test func discordsTextsAreShortTogether() throws {
        let value = try JSONReader.read(try Self.body("discord", Self.stories["long texts"] ?? []))
        let embed = value["embeds"]?[0]
        let texts = ["title", "description"].compactMap { embed?[$0]?.stringValue }
        #expect(texts.map(\.unicodeScalars.count) == [256, 4096])
        #expect(texts.map(\.unicodeScalars.count).reduce(0, +) <= 6000)
    }

    @Test func everyKindOfReceiverIsChecked() {
        #expect(
            Set(ReceiverDecoder.kinds).subtracting(["email"]) == Set(Self.kinds.keys))
        #expect(Set(VendorSchemas.texts.keys) == Set(Self.kinds.keys))
    }

    /// Source: RFC 5322 sections 2.1.1, 2.2 and 3.6, RFC 2045 section 6.7, RFC 5321 4.5.3.1.
    @Test(arguments: stories.keys.sorted())
    func aMailKeepsToTheStandards(story: String) throws {
        let endpoint = try endpoint(
            """
            email_configs: [{to: 'On call <a@example.com>', from: b@example.com,
              smarthost: 'c:587', text: '{{ range .Alerts }}{{ .Annotations.summary }}{{ end }}'}]
            """)
        guard case .email(let settings) = endpoint.settings else { return }
        let bytes = settings.identified(
            endpoint.render(notification(Self.stories[story] ?? [])).body, id: "msg_1")
        #expect(bytes.allSatisfy { $0 < 0x7F && ($0 >= 0x20 || [0x09, 0x0A, 0x0D].contains($0)) })
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.components(separatedBy: "\r\n")
        #expect(!lines.contains { $0.contains("\r") || $0.contains("\n") }, "CRLF alone ends lines")
        #expect(lines.allSatisfy { $0.utf8.count <= 998 })
        let end = try #require(lines.firstIndex(of: ""))
        #expect(lines[end...].allSatisfy { $0.utf8.count <= 76 }, "quoted-printable")
        let names = lines[..<end].filter { !$0.hasPrefix(" ") }.map { $0.prefix { $0 != ":" } }
        #expect(Set(names).count == names.count, "every header once: \(names)")
        let needed: Set = ["Message-Id", "From", "To", "Subject", "Date", "Mime-Version"]
        #expect(needed.isSubset(of: names.map(String.init)), "\(names)")
    }

    @Test(arguments: [
        (#"{"a": 1}"#, #"{"type": "array"}"#, "$: is an object, not \"array\""),
        (#"{"a": 1}"#, #"{"required": ["b"]}"#, "$: `b` is missing"),
        (#"{"a": 1}"#, #"{"additionalProperties": false}"#, "$: `a` is not known to the vendor"),
        (#"{"a": 1}"#, #"{"properties": {"a": {"maximum": 0}}}"#, "$.a: 1 passes `maximum` 0"),
        (#"[1, "ab"]"#, #"{"items": {"maxLength": 1}}"#, "$[1]: 2 passes `maxLength` 1"),
        (#"[1]"#, #"{"minItems": 2}"#, "$: 1 passes `minItems` 2"),
        (#""x""#, #"{"enum": ["a"]}"#, "$: \"x\" is none of [\"a\"]"),
        (#""x""#, #"{"const": "a"}"#, "$: is not \"a\""),
        (#""x""#, #"{"pattern": "a"}"#, "$: the schema's `pattern` is not known here"),
        (
            #"{"a": {"b": 1}}"#,
            #"{"properties": {"a": {"additionalProperties": {"type": "string"}}}}"#,
            "$.a.b: is a number, not \"string\""
        ),
    ])
    func theCheckFindsWhatIsWrong(value: String, schema: String, finding: String) throws {
        let found = SchemaCheck.findings(
            try JSONReader.read(Array(value.utf8)), try JSONReader.read(Array(schema.utf8)))
        #expect(found == [finding])
    }
}
