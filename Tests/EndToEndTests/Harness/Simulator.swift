// A running usage-simulator and its control API.

import ExactJSON

/// A simulator that starts without any usage of its own.
struct Simulator: Sendable {
    let process: RunningProcess
    let url: String

    static let token = "end-to-end-token"

    /// Starts a simulator on a free port.
    static func start(
        in folder: TemporaryFolder, _ arguments: [String] = [], name: String = "simulator"
    ) async throws -> Simulator {
        let process = try RunningProcess(
            Programs.simulator(),
            [
                "--listen-address", "127.0.0.1:0", "--story", "none", "--base-allocation", "0",
                "--time-zone", SafeZone.identifier, "--secret", token,
            ] + arguments, in: folder, name: name)
        let line = try await process.waitForLine(containing: "listening on ")
        guard let url = line.split(separator: " ").last else {
            throw Missing("no address: \(line)")
        }
        return Simulator(process: process, url: String(url))
    }

    func state() async throws -> JSONValue {
        try await HTTPClient.send("GET", url + "/control/state").json()
    }

    /// Today as the simulator sees it.
    func today() async throws -> String {
        try await state()["today"]?.stringValue ?? "unknown"
    }

    /// States the whole figure of a product and day.
    func state(_ credits: String, of product: String, on day: String) async throws {
        try await post(
            "/control/usage",
            "{\"product\":\"\(product)\",\"day\":\"\(day)\",\"credits\":\"\(credits)\"}")
    }

    /// Adds to today's figure of a product.
    func add(_ credits: String, to product: String) async throws {
        try await post(
            "/control/add", "{\"product\":\"\(product)\",\"credits\":\"\(credits)\"}")
    }

    /// Scripts a fault of a path; nil times: until replaced.
    func script(_ fault: String, path: String, times: Int? = nil) async throws {
        let count = times.map { ",\"times\":\($0)" } ?? ""
        try await post(
            "/control/fault", "{\"path\":\"\(path)\",\"fault\":\"\(fault)\"\(count)}")
    }

    /// Makes a sink fail.
    func failSink(_ name: String, status: Int, times: Int) async throws {
        try await post("/sink/\(name)/fail", "{\"status\":\(status),\"times\":\(times)}")
    }

    /// Makes a sink fail so often in a hundred times, until told otherwise.
    func failSink(_ name: String, status: Int, percent: Int) async throws {
        try await post("/sink/\(name)/fail", "{\"status\":\(status),\"percent\":\(percent)}")
    }

    /// Makes a sink answer 200 with a body that has no end.
    func makeSinkEndless(_ name: String, times: Int) async throws {
        try await post("/sink/\(name)/fail", "{\"endless\":true,\"times\":\(times)}")
    }

    /// Makes a sink not answer at all.
    func hangSink(_ name: String, times: Int) async throws {
        try await post("/sink/\(name)/fail", "{\"hang\":true,\"times\":\(times)}")
    }

    /// Makes a sink answer 301 to another sink.
    func redirectSink(_ name: String, to other: String, times: Int) async throws {
        try await post(
            "/sink/\(name)/fail",
            "{\"redirect\":\"\(url)/sink/\(other)\",\"status\":301,\"times\":\(times)}")
    }

    /// What a sink received, oldest first.
    func webhooks(at sink: String) async throws -> [Webhook] {
        let answer = try await HTTPClient.send("GET", url + "/sink/\(sink)?limit=10000").json()
        return (answer["records"]?.arrayValue ?? []).map(Webhook.init)
    }

    private func post(_ path: String, _ body: String) async throws {
        let answer = try await HTTPClient.send(
            "POST", url + path, headers: [("Content-Type", "application/json")], body: body)
        guard (200..<300).contains(answer.status) else {
            throw HTTPFailure("\(path) answered \(answer.status): \(answer.text)")
        }
    }
}
