// openapi.yaml against the table of routes: neither has what the other lacks.

import Foundation
import PositionedYAML
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

    /// The operations by method and path, whatever the names of the path's parameters.
    private static func documented() throws -> [String: Operation] {
        let bytes = Array(try Data(contentsOf: file))
        let root = try #require(try YAMLReader.read(bytes, file: "openapi.yaml"))
        func member(_ name: String, of node: YAMLNode) -> YAMLNode? {
            node.pairs?.first { $0.key.text == name }?.value
        }
        var found: [String: Operation] = [:]
        for path in try #require(member("paths", of: root)?.pairs) {
            for operation in path.value.pairs ?? [] {
                let name = "\(operation.key.text?.uppercased() ?? "") \(plain(path.key.text ?? ""))"
                func text(_ key: String) -> String { member(key, of: operation.value)?.text ?? "" }
                found[name] = Operation(
                    access: text("x-access"), body: text("x-max-body-bytes"),
                    deadline: text("x-deadline-seconds"))
            }
        }
        return found
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
        let documented = try Self.documented()
        for name in Set(expected.keys).union(documented.keys).sorted() {
            #expect(documented[name] == expected[name], "\(name)")
        }
    }

    @Test("the reasons of the gate and the types of errors are the closed lists")
    func lists() throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        for reason in [
            "unknown_organization", "product_disabled", "limit_reached", "usage_stale",
            "within_allowance", "within_base",
        ] {
            #expect(text.contains("            - \(reason)\n"))
        }
    }
}
