// /api/v1/metadata and /api/v1/status/buildinfo: what the agent says about its own families.

import Exposition
import PromQL

/// Lists metadata of the agent's families.
package enum AgentListing {
    /// Answers `/api/v1/metadata`: as a scrape of text 0.0.4 would have it, without units.
    package static func metadata(
        of families: [MetricFamily], _ parameters: QueryParameters
    ) -> QueryAnswer {
        let limit: Int
        let limitPerMetric: Int
        do {
            limit = try count("limit", parameters)
            limitPerMetric = try count("limit_per_metric", parameters)
        } catch {
            return .failure(error)
        }
        let wanted = parameters["metric"]
        let matching = families.filter { wanted.isEmpty || ByteOrder.equal($0.name, wanted) }
            .sorted { ByteOrder.compare($0.name, $1.name) < 0 }
        let shown = limit < 0 ? matching[...] : matching.prefix(limit)
        return .success { json in
            json.raw("{")
            json.separated(shown) { json, family in
                json.string(family.name)
                json.raw(":")
                // A family has one description; a limit of none per metric is no limit.
                json.list(limitPerMetric == 0 ? [] : [family]) { json, family in
                    json.raw("{\"type\":\"\(type(of: family))\",\"help\":")
                    json.string(family.help)
                    json.raw(",\"unit\":\"\"}")
                }
            }
            json.raw("}")
        }
    }

    /// Answers `/api/v1/status/buildinfo`.
    ///
    /// - Parameters:
    ///   - version: the agent's version.
    ///   - revision: the revision of its source.
    ///   - compiler: what it was built with, in the place of Go's version.
    package static func buildInformation(
        version: String, revision: String, compiler: String
    ) -> QueryAnswer {
        .success { json in
            json.labels([
                LabelPair(name: "version", value: version),
                LabelPair(name: "revision", value: revision),
                LabelPair(name: "branch", value: ""),
                LabelPair(name: "buildUser", value: ""),
                LabelPair(name: "buildDate", value: ""),
                LabelPair(name: "goVersion", value: compiler),
            ])
        }
    }

    private static func type(of family: MetricFamily) -> String {
        switch family.type {
        case .counter: "counter"
        case .gauge, .info, .stateset: "gauge"
        case .histogram: "histogram"
        case .unknown: "unknown"
        }
    }

    private static func count(
        _ name: String, _ parameters: QueryParameters
    ) throws(QueryAPIError) -> Int {
        let text = parameters[name]
        guard !text.isEmpty else { return -1 }
        guard let count = Int(text) else {
            throw QueryAPIError(.badData, "\(name) must be a number")
        }
        return count
    }
}
