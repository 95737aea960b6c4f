// Prometheus' HTTP API over the agent's own series.

import Agent
import Credits
import Exposition
import Ports
import PromQL
import QueryAPI

/// Serves queries, series, rules and alerts.
struct QueryRoutes {
    /// The longest time a query may take, its wait included; Prometheus' default.
    private static let maximumMilliseconds = 120_000.0
    /// That time and some for the answer.
    private static let deadlineSeconds = 150
    /// The most samples a query may hold: some 160 MB.
    private static let maximumSamples = 10_000_000
    /// The largest form that is read.
    private static let maximumFormBytes = 1 << 20
    /// Below this a compressed answer saves nothing.
    private static let smallestCompressed = 1024

    let core: AgentCore
    let build: BuildInformation
    let desk: QueryDesk

    var routes: [Route] {
        let questions: [(String, QueryAPI.Endpoint)] = [
            ("/api/v1/query", .query), ("/api/v1/query_range", .queryRange),
            ("/api/v1/series", .series), ("/api/v1/labels", .labels),
        ]
        return questions.flatMap { path, endpoint in
            ["GET", "POST"].map { method in
                Route(
                    method, path, access: .read, maximumBodyBytes: Self.maximumFormBytes,
                    deadlineSeconds: Self.deadlineSeconds
                ) { request, _ in
                    await answer(endpoint, request)
                }
            }
        } + listings
    }

    private var listings: [Route] {
        [
            Route(
                "GET", "/api/v1/label/{name}/values", access: .read,
                deadlineSeconds: Self.deadlineSeconds
            ) { request, captures in
                await answer(.labelValues(captures.first ?? ""), request)
            },
            Route("GET", "/api/v1/metadata", access: .read) { request, _ in
                let families = core.metrics.families(at: core.ports.wallClock.now())
                let parameters = QueryParameters(request.parameters)
                return respond(AgentListing.metadata(of: families, parameters), request)
            },
            Route("GET", "/api/v1/rules", access: .read) { request, _ in
                respond(await listing.rules(QueryParameters(request.parameters)), request)
            },
            Route("GET", "/api/v1/alerts", access: .read) { request, _ in
                respond(await listing.alerts(), request)
            },
            Route("GET", "/api/v1/status/buildinfo", access: .read) { request, _ in
                respond(
                    AgentListing.buildInformation(
                        version: build.version, revision: build.revision,
                        compiler: "swift \(build.swiftVersion)"), request)
            },
        ]
    }

    private var listing: RuleListing {
        get async {
            RuleListing(
                await core.querySnapshot().groups.map {
                    ListedRuleGroup(
                        evaluator: $0.evaluator, interval: $0.intervalMilliseconds,
                        durationSeconds: $0.lastDurationSeconds)
                })
        }
    }

    private func answer(_ endpoint: QueryAPI.Endpoint, _ request: WebRequest) async -> WebResponse {
        let now = core.ports.wallClock.now().milliseconds
        let waiter = core.ports.waiter
        let arrival = waiter.elapsedMilliseconds()
        let parameters = QueryParameters(request.parameters)
        let stopper: @Sendable (Double?) -> @Sendable () -> Bool = { timeout in
            let limit = min(timeout ?? Self.maximumMilliseconds, Self.maximumMilliseconds)
            return { Double(waiter.elapsedMilliseconds() - arrival) >= limit }
        }
        let answer = await desk.run(
            prepare: { await core.querySnapshot().samples },
            { samples in
                QueryAPI(
                    samples: samples, now: now,
                    options: EngineOptions(maximumSamples: Self.maximumSamples),
                    stopper: stopper
                ).answer(endpoint, parameters)
            })
        guard let answer else {
            return respond(
                .failure(
                    QueryAPIError(.unavailable, "too many queries are waiting; try again later")),
                request)
        }
        return respond(answer, request)
    }

    private func respond(_ answer: QueryAnswer, _ request: WebRequest) -> WebResponse {
        var response = WebResponse(
            status: answer.status, contentType: "application/json", body: answer.body)
        response.headers.append(("Vary", "Accept-Encoding"))
        let acceptsGzip = AcceptHeader.acceptsGzip(
            acceptEncoding: request.header("accept-encoding"))
        if acceptsGzip, answer.body.count >= Self.smallestCompressed,
            let compressed = Gzip.compress(answer.body)
        {
            response.body = compressed
            response.headers.append(("Content-Encoding", "gzip"))
        }
        return response
    }
}
