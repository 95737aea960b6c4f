// The JSONPath compliance suite of RFC 9535.

import ExactJSON

/// Runs the cases of a suite file: `{"tests": [{name, selector, …}]}`.
package enum JSONPathSuite {
    /// Runs all cases of a file.
    package static func run(_ bytes: [UInt8], name: String) -> SuiteTally {
        var tally = SuiteTally()
        do throws(JSONError) {
            let cases = try JSONReader.read(bytes)["tests"]?.arrayValue ?? []
            for (index, item) in cases.enumerated() {
                let title = item["name"]?.stringValue ?? "case \(index + 1)"
                let selector = item["selector"]?.stringValue ?? ""
                tally.record("\(name): \(title): `\(selector)`", check(item))
            }
            tally.requireCases(name)
        } catch {
            tally.fail("\(name): not JSON: \(error)")
        }
        return tally
    }

    /// Why a case fails, or nil.
    private static func check(_ item: JSONValue) -> String? {
        guard let text = item["selector"]?.stringValue else { return "no `selector`" }
        let isInvalid = item["invalid_selector"]?.boolValue ?? false
        let path: JSONPath
        do throws(JSONPathError) {
            path = try JSONPath(text)
        } catch {
            return isInvalid ? nil : "refused: \(error)"
        }
        if isInvalid { return "accepted" }
        guard let document = item["document"] else { return "no `document`" }
        do throws(JSONPathLimitError) {
            return compare(try path.select(in: document), item)
        } catch {
            return "stopped: \(error)"
        }
    }

    /// Any of the listed results will do; its locations, when listed, must agree as well.
    private static func compare(_ matches: [JSONMatch], _ item: JSONValue) -> String? {
        let results = item["results"]?.arrayValue ?? [item["result"]].compactMap(\.self)
        let places = item["results_paths"]?.arrayValue ?? [item["result_paths"]].compactMap(\.self)
        guard !results.isEmpty else { return "no `result`" }
        let found = JSONValue.array(matches.map(\.value))
        let foundPlaces = JSONValue.array(matches.map { .string($0.location.description) })
        var problem = "selected \(text(found)), expected \(results.map(text))"
        for (index, result) in results.enumerated() where result == found {
            guard places.indices.contains(index), places[index] != foundPlaces else { return nil }
            problem = "found at \(text(foundPlaces)), expected \(text(places[index]))"
        }
        return problem
    }

    private static func text(_ value: JSONValue) -> String {
        String(decoding: value.serialized(), as: UTF8.self)
    }
}
