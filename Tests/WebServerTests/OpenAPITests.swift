// openapi.yaml against the table of routes: neither has what the other lacks.

import Agent
import Credits
import Foundation
import Ledger
import PositionedYAML
import QueryAPI
import Testing

@testable import WebServer

@Suite("The OpenAPI document")
struct OpenAPITests {
    /// What both say of an operation.
    private struct Operation: Hashable {
        let access: String
        let body: String
        let deadline: String
    }

    private static let file = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "openapi.yaml")

    private static func root() throws -> YAMLNode {
        try #require(
            try YAMLReader.read(Array(try Data(contentsOf: file)), file: "openapi.yaml"))
    }

    private static func member(_ name: String, of node: YAMLNode?) -> YAMLNode? {
        node?.pairs?.first { $0.key.text == name }?.value
    }

    /// What a schema says under a path of names.
    private static func schema(_ names: String...) throws -> YAMLNode {
        try #require(
            (["components", "schemas"] + names).reduce(try root()) { member($1, of: $0) },
            "\(names)")
    }

    /// The operations by method and path, whatever the names of the path's parameters.
    private static func operations() throws -> [String: YAMLNode] {
        var found: [String: YAMLNode] = [:]
        for path in try #require(member("paths", of: try root())?.pairs) {
            for operation in path.value.pairs ?? [] {
                let name = "\(operation.key.text?.uppercased() ?? "") \(plain(path.key.text ?? ""))"
                found[name] = operation.value
            }
        }
        return found
    }

    private static func documented(_ operation: YAMLNode) -> Operation {
        func text(_ key: String) -> String { member(key, of: operation)?.text ?? "" }
        return Operation(
            access: text("x-access"), body: text("x-max-body-bytes"),
            deadline: text("x-deadline-seconds"))
    }

    private static func plain(_ pattern: String) -> String {
        pattern.split(separator: "/").map { $0.hasPrefix("{") ? "/{}" : "/\($0)" }.joined()
    }

    @Test("every route is documented with its access, body and deadline, and nothing else is")
    func table() async throws {
        let routes = try await TestWeb.start().faces.routes(isControl: false)
        let expected = Dictionary(
            routes.map { route in
                // What answers every method is documented as the one that people write.
                (
                    "\(route.method == Route.anyMethod ? "GET" : route.method) \(Self.plain(route.pattern))",
                    Operation(
                        access: route.access.rawValue, body: "\(route.maximumBodyBytes ?? 0)",
                        deadline: "\(route.deadlineSeconds)")
                )
            }, uniquingKeysWith: { first, _ in first })
        let documented = try Self.operations().mapValues(Self.documented)
        for name in Set(expected.keys).union(documented.keys).sorted() {
            #expect(documented[name] == expected[name], "\(name)")
        }
    }

    @Test("what every route, every body and every change may be answered with is documented")
    func statuses() throws {
        for (name, operation) in try Self.operations() {
            let responses = try #require(Self.member("responses", of: operation)?.pairs)
            let codes = Set(responses.compactMap(\.key.text))
            let facts = Self.documented(operation)
            // A bad path or Host, the guard before every page, the deadlines of a connection.
            var expected: Set = ["200", "400", "401", "408", "429", "503"]
            if facts.access != "open" { expected.insert("403") }
            let isChange = try #require(RouteAccess(rawValue: facts.access)).isChange
            if facts.body != "0" { expected.formUnion(isChange ? ["413", "415"] : ["413"]) }
            #expect(codes.isSuperset(of: expected), "\(name): \(expected.subtracting(codes))")
            if facts.body == "0" { #expect(!codes.contains("413"), "\(name)") }
        }
    }

    @Test("the reasons of the gate and the types of errors are the closed lists")
    func lists() throws {
        let reasons = try Self.schema("GateReason", "enum").elements?.compactMap(\.text)
        #expect(reasons == GateReason.allCases.map(\.rawValue))
        let types = try #require(
            try Self.schema("Error", "properties", "errorType", "enum").elements)
        #expect(
            Set(types.compactMap(\.text))
                == Set(WebErrorKind.allCases.map(\.rawValue))
                .union(QueryAPIError.Kind.allCases.map(\.rawValue)))
    }

    @Test("what a body may hold is bounded as the code bounds it")
    func bounds() throws {
        for (schema, bytes) in [
            ("Identifier", Identifier.maximumBytes), ("Reason", Adjustment.maximumReasonBytes),
            ("IdempotencyKey", HoldRequest.maximumKeyBytes),
        ] {
            #expect(try Self.schema(schema, "maxLength").text == "\(bytes)", "\(schema)")
        }
        #expect(
            try Self.schema("Adjustment", "properties", "reason", "maxLength").text
                == "\(Adjustment.maximumReasonBytes)")
        let pattern = try #require(
            try Self.schema("HoldRequest", "properties", "ttl", "pattern").text)
        let ttl = try Regex(pattern)
        for text in ["1ms", "60s", "1m", "1h30m", "7d", "1w", "2d3h4m5s6ms", "soon", "1s1m", "60"] {
            let isDuration = PrometheusDuration.parse(text) != nil
            #expect((try ttl.wholeMatch(in: text) != nil) == isDuration, "\(text)")
        }
        let number = try Regex(try #require(try Self.schema("CreditsText", "pattern").text))
        for text in ["1", "+1", "-0.5", "0012.50", "1e2", "1.000000000", ".5", "5.", "", "a"] {
            let isNumber = (try? CreditAmount(exactly: text)) != nil
            #expect((try number.wholeMatch(in: text) != nil) == isNumber, "\(text)")
        }
    }
}
