// Many transfers at once, their bounds, cancellation and the end of the transport.

import CurlTransport
import Foundation
import Ports
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2)))
struct CurlTransportConcurrencyTests {
    @Test func `one connection serves requests that follow each other`() async throws {
        let server = try ScriptedServer(.response(text: "ok"))
        defer { server.stop() }
        try await CurlTransport.with { transport async throws in
            for _ in 0..<20 {
                _ = try await transport.send(TransportRequest(url: server.url()))
            }
        }
        #expect(server.requests.count == 20)
        #expect(server.acceptedConnections == 1)
    }

    @Test func `a request on a connection that the server has closed is sent anew`() async throws {
        let server = try ScriptedServer(.response(text: "ok"), .close)
        defer { server.stop() }
        try await CurlTransport.with { transport async throws in
            for _ in 0..<5 {
                let response = try await transport.send(TransportRequest(url: server.url()))
                #expect(response.text == "ok")
            }
        }
        #expect(server.acceptedConnections >= 5)
    }

    @Test func `a hundred transfers run at once`() async throws {
        // No answer is given before the hundredth request is there.
        let arrived = Atomic(0)
        let gate = NSCondition()
        let server = try ScriptedServer { request in
            gate.lock()
            defer { gate.unlock() }
            if arrived.add(1, ordering: .sequentiallyConsistent).newValue == 100 {
                gate.broadcast()
            }
            while arrived.load(ordering: .sequentiallyConsistent) < 100 { gate.wait() }
            return [.response(text: request.target)]
        }
        defer { server.stop() }
        let options = CurlTransportOptions(maximumConnectionsPerHost: 100)
        let texts = try await CurlTransport.with(options) { transport async throws in
            try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let request = TransportRequest(url: server.url("/\(number)"))
                        return (number, try await transport.send(request).text)
                    }
                }
                return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
            }
        }
        #expect(texts == Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, "/\($0)") }))
        #expect(server.mostConnectionsAtOnce == 100)
    }

    @Test func `ten thousand requests wait their turn within the bounds`() async throws {
        let server = try ScriptedServer(.response(text: "ok"))
        defer { server.stop() }
        let options = CurlTransportOptions(
            maximumConcurrentTransfers: 8, maximumConnectionsPerHost: 4)
        let good = try await CurlTransport.with(options) { transport async throws in
            await withTaskGroup(of: Int.self) { group in
                for _ in 0..<10_000 {
                    group.addTask {
                        let request = TransportRequest(
                            url: server.url(), timeoutMilliseconds: 110_000)
                        let response = try? await transport.send(request)
                        return response?.status == 200 ? 1 : 0
                    }
                }
                return await group.reduce(0, +)
            }
        }
        #expect(good == 10_000)
        #expect(server.mostConnectionsAtOnce <= 4)
    }

    @Test(arguments: [(1, 16), (16, 1)])
    func `a request that waits for others ends at its own time limit`(
        transfers: Int, connections: Int
    ) async throws {
        let server = try ScriptedServer(.hang)
        defer { server.stop() }
        let options = CurlTransportOptions(
            maximumConcurrentTransfers: transfers, maximumConnectionsPerHost: connections)
        try await CurlTransport.with(options) { transport async throws in
            let first = Task {
                try await transport.failure(TransportRequest(url: server.url("/first")))
            }
            await server.waitForRequest()
            let error = try await transport.failure(.brief(server.url("/second")))
            #expect(error.reason == .timeout, "\(error)")
            first.cancel()
            #expect(try await first.value.reason == .cancelled)
        }
        #expect(server.requests.map(\.target) == ["/first"])
    }

    @Test func `a full queue refuses at once`() async throws {
        let server = try ScriptedServer(.hang)
        defer { server.stop() }
        let options = CurlTransportOptions(
            maximumConcurrentTransfers: 1, maximumQueuedRequests: 0)
        try await CurlTransport.with(options) { transport async throws in
            let first = Task { try await transport.failure(TransportRequest(url: server.url())) }
            await server.waitForRequest()
            let error = try await transport.failure(TransportRequest(url: server.url()))
            #expect(error.reason == .connect, "\(error)")
            first.cancel()
            _ = try await first.value
        }
    }

    // MARK: - Cancellation

    @Test(arguments: [
        [ServerStep.hang],
        [.text("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), .hang],
    ])
    func `cancelling the task aborts the transfer`(steps: [ServerStep]) async throws {
        let server = try ScriptedServer { _ in steps }
        defer { server.stop() }
        try await CurlTransport.with { transport async throws in
            let task = Task { try await transport.failure(TransportRequest(url: server.url())) }
            await server.waitForRequest()
            task.cancel()
            #expect(try await task.value.reason == .cancelled)
            await server.waitFor { $0 == .closed }
        }
    }

    @Test func `a task that is cancelled already sends nothing`() async throws {
        let server = try ScriptedServer(.response())
        defer { server.stop() }
        try await CurlTransport.with { transport async throws in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await transport.failure(TransportRequest(url: server.url()))
            }
            #expect(try await task.value.reason == .cancelled)
        }
        #expect(server.acceptedConnections == 0)
    }

    @Test func `cancelling at any moment answers each request once`() async throws {
        let server = try ScriptedServer(.response(text: "ok"))
        defer { server.stop() }
        try await CurlTransport.with { transport async throws in
            let tasks = (0..<500).map { number in
                Task<Bool, Never> {
                    do throws(TransportError) {
                        let request = TransportRequest(url: server.url("/\(number)"))
                        return try await transport.send(request).status == 200
                    } catch {
                        return error.reason == .cancelled
                    }
                }
            }
            for task in tasks.shuffled() {
                task.cancel()
                await Task.yield()
            }
            for task in tasks { #expect(await task.value) }
            let last = try await transport.send(TransportRequest(url: server.url()))
            #expect(last.status == 200)
        }
    }

    // MARK: - The end

    @Test func `shutting down cancels what runs and what waits`() async throws {
        let server = try ScriptedServer(.hang)
        defer { server.stop() }
        let transport = try CurlTransport(
            userAgent: "ai-credits-agent/0",
            options: CurlTransportOptions(maximumConcurrentTransfers: 2))
        let tasks = (0..<10).map { _ in
            Task { try await transport.failure(TransportRequest(url: server.url())) }
        }
        await server.waitForRequest()
        await transport.shutdown()
        for task in tasks { #expect(try await task.value.reason == .cancelled) }
        let late = try await transport.failure(TransportRequest(url: server.url()))
        #expect(late.reason == .cancelled)
    }

    @Test func `shutting down again does no harm`() async throws {
        let transport = try CurlTransport(userAgent: "ai-credits-agent/0")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { await transport.shutdown() } }
        }
        await transport.shutdown()
    }

    @Test func `a transport that is let go closes its connections`() async throws {
        let server = try ScriptedServer(.response())
        defer { server.stop() }
        do {
            let transport = try CurlTransport(userAgent: "ai-credits-agent/0")
            _ = try await transport.send(TransportRequest(url: server.url()))
        }
        await server.waitFor { $0 == .closed }
    }
}
