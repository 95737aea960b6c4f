// The public suites beside the repository; skipped where they are absent.

import ExactJSON
import Foundation
import Testing

private let conformance = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared/conformance")

private let hasSuites = FileManager.default.fileExists(atPath: conformance.path)

@Suite("public suites", .enabled(if: hasSuites))
struct ConformanceTests {
    @Test("JSONTestSuite: y_ accepted, n_ refused, i_ survived")
    func jsonTestSuite() throws {
        let folder = conformance.appending(path: "json")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names.count > 100)
        for name in names {
            let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
            for mark in [ByteOrderMark.refuse, .ignore] {
                // The suite has valid texts with repeated names.
                let value = try? JSONReader.read(
                    bytes, repeatedKeys: .keepLast, byteOrderMark: mark)
                if name.hasPrefix("y_") { #expect(value != nil, "\(name)") }
                if name.hasPrefix("n_") { #expect(value == nil, "\(name)") }
                guard let value else { continue }
                let again = try JSONReader.read(value.serialized())
                #expect(again == value, "\(name)")
            }
        }
    }

    @Test("JSONPath compliance suite")
    func pathSuite() throws {
        let file = conformance.appending(path: "jsonpath/cts.json")
        let suite = try JSONReader.read([UInt8](try Data(contentsOf: file)))
        let cases = try #require(suite["tests"]?.arrayValue)
        #expect(cases.count > 300)
        for item in cases {
            let failure = outcome(of: item)
            #expect(failure == nil, "\(item["name"]?.stringValue ?? "?"): \(failure ?? "")")
        }
    }

    /// Why a case fails, or nil.
    private func outcome(of item: JSONValue) -> String? {
        guard let text = item["selector"]?.stringValue else { return "no selector" }
        let isInvalid = item["invalid_selector"]?.boolValue ?? false
        let path: JSONPath
        do {
            path = try JSONPath(text)
        } catch {
            return isInvalid ? nil : "refused: \(error)"
        }
        if isInvalid { return "accepted" }
        guard let document = item["document"] else { return "no document" }
        do {
            let matches = try path.select(in: document)
            let values = JSONValue.array(matches.map(\.value))
            let allowed = item["results"]?.arrayValue ?? [item["result"] ?? .null]
            guard allowed.contains(values) else { return "selected \(values)" }
            let places = JSONValue.array(matches.map { .string($0.location.description) })
            let allowedPlaces = item["results_paths"]?.arrayValue ?? [item["result_paths"] ?? .null]
            return allowedPlaces.contains(places) ? nil : "at \(places)"
        } catch {
            return "stopped: \(error)"
        }
    }
}
