// A real Prometheus that scrapes an agent every second and judges it by the shipped rules.

import ExactJSON
import Foundation

/// A running Prometheus.
struct PrometheusServer: Sendable {
    let process: RunningProcess
    let url: String

    static let isInstalled = Programs.installed("prometheus") != nil

    /// Starts one on a free port, without waiting for it.
    static func start(
        in folder: TemporaryFolder, scraping agent: Agent, evaluationSeconds: Int = 1
    ) throws -> PrometheusServer {
        let port = try LoopbackSocket.freePort()
        let interval = "evaluation_interval: \(evaluationSeconds)s"
        try folder.write(
            """
            global: {scrape_interval: 1s, scrape_timeout: 1s, \(interval)}
            rule_files: ["\(Programs.alertRules.path())"]
            scrape_configs:
              - job_name: ai-credits-agent
                static_configs: [{targets: ["\(agent.url.dropFirst("http://".count))"]}]
            """, to: "prometheus.yml")
        let process = try RunningProcess(
            Programs.needed("prometheus"),
            [
                "--config.file=\(folder.file("prometheus.yml"))",
                "--storage.tsdb.path=\(folder.file("data"))",
                "--web.listen-address=127.0.0.1:\(port)",
            ], in: folder, name: "prometheus")
        return PrometheusServer(process: process, url: "http://127.0.0.1:\(port)")
    }

    /// The data of an answer of its API.
    func ask(_ path: String) async throws -> JSONValue {
        if let end = process.ended { throw GivenUp("prometheus ended: \(end) \(process.error)") }
        return try await PrometheusAPI.data(of: url + path)
    }

    /// Waits until it has scraped the agent.
    func waitForScrape() async throws {
        try await eventually("up is 1", within: 60) { detail in
            let up = try await ask("/api/v1/query?query=up")
            detail = "\(up)"
            return up["result"]?[0]?["value"]?[1]?.stringValue == "1"
        }
    }
}

/// Prometheus' HTTP API, wherever it is served.
enum PrometheusAPI {
    /// The data of a successful answer.
    static func data(of url: String) async throws -> JSONValue {
        let answer = try await HTTPClient.send("GET", url)
        guard answer.status == 200 else { throw HTTPFailure("\(answer.status): \(answer.text)") }
        return try answer.json()["data"] ?? .null
    }
}
