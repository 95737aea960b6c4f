// The exposition suite: folders with an exposition and whether it should parse.

import ExactJSON
import Exposition

/// Decides expositions and compares with the expectation beside them.
package enum OpenMetricsSuite {
    /// Runs one case.
    ///
    /// - Parameters:
    ///   - metrics: the exposition.
    ///   - expectation: JSON with `shouldParse`.
    ///   - name: the case's name.
    package static func run(
        metrics: [UInt8], expectation: [UInt8], name: String
    ) -> SuiteTally {
        var tally = SuiteTally()
        tally.record(name, check(metrics, expectation))
        return tally
    }

    /// Why a case fails, or nil.
    private static func check(_ metrics: [UInt8], _ expectation: [UInt8]) -> String? {
        let shouldParse: Bool
        do throws(JSONError) {
            guard let flag = try JSONReader.read(expectation)["shouldParse"]?.boolValue else {
                return "test.json has no `shouldParse`"
            }
            shouldParse = flag
        } catch {
            return "test.json: \(error)"
        }
        do throws(ExpositionError) {
            _ = try ExpositionReader.read(metrics, format: .openMetrics100)
            return shouldParse ? nil : "accepted"
        } catch {
            return shouldParse ? "refused: \(error)" : nil
        }
    }
}
