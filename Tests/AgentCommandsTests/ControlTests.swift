// Asking the agent: control socket, health, and the file of the socket.

import ExactJSON
import Foundation
import Ledger
import Ports
import SimulatedPorts
import Testing

@testable import AgentCommands

@Suite("Control")
struct ControlTests {
    private static func response(_ status: Int, _ body: String) -> TransportResponse {
        TransportResponse(status: status, body: Array(body.utf8))
    }

    private static func client(
        _ response: TransportResponse
    ) -> (ControlClient, ScriptedTransport) {
        let transport = ScriptedTransport(responses: [response])
        return (ControlClient(transport: transport, socketPath: "/run/c.sock"), transport)
    }

    @Test("a question is a GET on the socket")
    func question() async throws {
        let (client, transport) = Self.client(
            Self.response(200, #"{"status":"success","data":[1]}"#))
        #expect(try await client.send(.organizations) == [1])
        let request = try #require(transport.requests.first)
        #expect(request.method == "GET")
        #expect(request.unixSocketPath == "/run/c.sock")
        #expect(request.url == "http://localhost/api/v1/organizations")
    }

    @Test("a change is a PUT with its body; odd identifiers are encoded")
    func change() async throws {
        let (client, transport) = Self.client(
            Self.response(200, #"{"status":"success","data":{}}"#))
        _ = try await client.send(.limit(of: "a/b é?", body: ["mode": "hard"]))
        let request = try #require(transport.requests.first)
        #expect(request.method == "PUT")
        #expect(
            request.url == "http://localhost/api/v1/organizations/a%2Fb%20%C3%A9%3F/limit")
        #expect(request.body == Array(#"{"mode":"hard"}"#.utf8))
    }

    @Test("a refusal comes in the agent's words")
    func refusal() async {
        let (client, _) = Self.client(
            Self.response(409, #"{"status":"error","errorType":"conflict","error":"owned"}"#))
        await #expect(throws: ControlFailure.refused("owned")) {
            try await client.send(.limit(of: "a", body: [:]))
        }
    }

    @Test("nobody listens", arguments: [TransportError.Reason.connect, .timeout])
    func absent(_ reason: TransportError.Reason) async {
        let transport = ScriptedTransport { _, _ throws(TransportError) in
            throw TransportError(reason, "no")
        }
        let client = ControlClient(transport: transport, socketPath: "/run/c.sock")
        let failure = reason == .connect ? ControlFailure.notRunning("no") : .unusable("no")
        await #expect(throws: failure) {
            try await client.send(.organizations)
        }
    }

    @Test("an answer that is none is said to be none", arguments: ["", "<html>", "{}", "[]"])
    func strange(_ body: String) async {
        let (client, _) = Self.client(Self.response(502, body))
        do {
            _ = try await client.send(.organizations)
            Issue.record("\(body) was accepted")
        } catch {
            guard case .unusable(let reason) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(reason.contains("502"))
        }
    }

    @Test(
        "health follows the status",
        arguments: [(200, true), (503, false), (404, false), (204, false)])
    func health(_ status: Int, _ isReady: Bool) async {
        let transport = ScriptedTransport(responses: [Self.response(status, "words\n\u{1B}")])
        let probe = await HealthProbe.ask("http://127.0.0.1:1/x//", over: transport)
        #expect(probe.isReady == isReady)
        #expect(probe.message == "http://127.0.0.1:1/x/-/ready answered \(status): words")
        #expect(transport.requests.map(\.url) == ["http://127.0.0.1:1/x/-/ready"])
    }

    @Test("health asks with name, password and certificates where the web wants them")
    func guardedHealth() async {
        let transport = ScriptedTransport(responses: [Self.response(200, "ready")])
        var connection = ConnectionOptions()
        connection.certificateAuthorityFile = "ca.crt"
        let probe = await HealthProbe.ask(
            "https://127.0.0.1:1",
            credentials: BasicCredentials(user: "u", password: "p"), connection: connection,
            over: transport)
        #expect(probe.isReady)
        #expect(transport.requests.first?.basicCredentials?.user == "u")
        #expect(transport.requests.first?.connection.certificateAuthorityFile == "ca.crt")
    }

    @Test("an agent that does not answer is not ready")
    func unhealthy() async {
        let probe = await HealthProbe.ask(
            "http://127.0.0.1:1", over: ScriptedTransport(responses: []))
        #expect(!probe.isReady)
        #expect(probe.message.contains("refused"))
    }

    // MARK: The ledger itself

    @Test("a command that only looks sees what it would write, and leaves no trace")
    func rollback() async throws {
        let store = MemoryStore()
        let product = ProductRecord(organization: "acme", id: "p", wasEverEnabled: true)
        let seen = try await RollbackStore(store).write { rows in
            try rows.putProduct(product)
            return try rows.products(of: "acme")
        }
        #expect(seen == [product])
        #expect(try await store.read { try $0.products(of: "acme") } == [])
        try await store.write { try $0.putProduct(product) }
        #expect(try await RollbackStore(store).read { try $0.products(of: "acme") } == [product])
    }

    // MARK: The socket's file

    private static func directory() throws -> String {
        let path = NSTemporaryDirectory() + "control-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test("a path of 107 bytes fits, one more names the key to change")
    func pathLength() throws {
        let directory = "/tmp/"
        let fits = directory + String(repeating: "s", count: 107 - directory.utf8.count)
        try ControlSocketFile(path: fits, group: nil).prepare()
        do {
            try ControlSocketFile(path: fits + "s", group: nil).prepare()
            Issue.record("108 bytes were accepted")
        } catch {
            #expect(error.description.contains("`control_socket`"))
            #expect(error.description.contains("108 bytes"))
        }
    }

    @Test("a stale socket is removed, any other file is left alone")
    func stale() throws {
        let directory = try Self.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/control.sock"
        let file = ControlSocketFile(path: path, group: nil)
        #expect(file.reachability == .absent)
        try Data("keep".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: ControlSocketError.self) { try file.prepare() }
        #expect(FileManager.default.fileExists(atPath: path))
        try FileManager.default.removeItem(atPath: path)
        #expect(mknod(path, S_IFSOCK | 0o777, 0) == 0)
        #expect(file.reachability == .present)
        try file.protect()
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        try file.prepare()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("a missing directory or group is named")
    func missing() {
        let lost = ControlSocketFile(path: "/tmp/no-such-directory/c.sock", group: nil)
        #expect(throws: ControlSocketError.self) { try lost.prepare() }
        let strange = ControlSocketFile(path: "/tmp/c.sock", group: "no-such-group")
        do {
            try strange.prepare()
            Issue.record("the group was accepted")
        } catch {
            #expect(error.description.contains("no-such-group"))
        }
    }

    // MARK: Files

    @Test("files: bytes, words for what is missing, globs in order")
    func files() throws {
        let directory = try Self.directory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let files = SystemFileAccess()
        for name in ["b.yml", "a.yml", "c.txt"] {
            try Data("[\(name)]".utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
        }
        #expect(try files.bytes(of: "\(directory)/a.yml") == Array("[a.yml]".utf8))
        #expect(
            files.paths(matching: "\(directory)/*.yml")
                == ["\(directory)/a.yml", "\(directory)/b.yml"])
        #expect(files.paths(matching: "\(directory)/*.none") == [])
        for (path, words) in [("\(directory)/d", "no such file"), (directory, "is a directory")] {
            do {
                _ = try files.bytes(of: path)
                Issue.record("\(path) was read")
            } catch {
                #expect("\(error)".contains(words))
            }
        }
        #expect(files.environment("PATH") != nil)
        #expect(files.environment("NO_SUCH_VARIABLE_HERE") == nil)
    }
}
