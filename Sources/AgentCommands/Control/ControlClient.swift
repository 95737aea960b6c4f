// Asks the running agent over its control socket.

import ExactJSON
import Ports

/// Why the agent gave no answer that can be used.
package enum ControlFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nobody listens.
    case notRunning(String)
    /// The agent refused, in its own words.
    case refused(String)
    /// What came back is no answer of an agent.
    case unusable(String)

    package var description: String {
        switch self {
        case .notRunning(let reason): "no agent answers on the control socket: \(reason)"
        case .refused(let message): message
        case .unusable(let reason):
            "the control socket does not answer as an agent does: \(reason)"
        }
    }
}

/// A request to the agent's control routes.
package struct ControlRequest: Sendable {
    /// GET, POST, PUT or DELETE.
    package let method: String
    /// Segments of the path, not encoded.
    package let path: [String]
    /// Parameters of the query, not encoded.
    package let parameters: [(name: String, value: String)]
    /// The body of a change, if it has one.
    package let body: JSONValue?
    /// Whether the answer is the data itself, without `status` around it.
    package private(set) var isAnsweredBare = false

    init(
        _ method: String = "GET", path: [String],
        parameters: [(name: String, value: String)] = [], body: JSONValue? = nil
    ) {
        self.method = method
        self.path = path
        self.parameters = parameters
        self.body = body
    }

    /// Whether it only looks.
    package var isReading: Bool { method == "GET" }

    /// All organizations.
    package static let organizations = ControlRequest(path: ["api", "v1", "organizations"])

    /// The limit of an organization, or a change of it.
    package static func limit(of organization: String, body: JSONValue? = nil) -> ControlRequest {
        ControlRequest(
            body == nil ? "GET" : "PUT", path: organizations.path + [organization, "limit"],
            body: body)
    }

    /// The change of the cap of a product.
    package static func cap(
        of product: String, in organization: String, body: JSONValue
    ) -> ControlRequest {
        ControlRequest(
            "PUT", path: organizations.path + [organization, "products", product, "cap"],
            body: body)
    }

    /// The newest notifications of the outbox, all or some.
    package static func notifications(
        receiver: String?, state: String?, limit: Int
    ) -> ControlRequest {
        var parameters = [(name: "limit", value: "\(limit)")]
        if let receiver { parameters.append((name: "receiver", value: receiver)) }
        if let state { parameters.append((name: "state", value: state)) }
        return ControlRequest(path: ["api", "v1", "notifications"], parameters: parameters)
    }

    /// Sends a notification again that was given up.
    package static func replay(_ id: String) -> ControlRequest {
        ControlRequest("POST", path: ["api", "v1", "notifications", id, "replay"])
    }

    /// All silences, in the shape of Alertmanager's API.
    package static let silences = bare("GET", ["silences"])

    /// Sets a silence.
    package static func putSilence(_ body: JSONValue) -> ControlRequest {
        bare("POST", ["silences"], body: body)
    }

    /// Ends a silence.
    package static func expireSilence(_ id: String) -> ControlRequest {
        bare("DELETE", ["silence", id])
    }

    private static func bare(
        _ method: String, _ path: [String], body: JSONValue? = nil
    ) -> ControlRequest {
        var request = ControlRequest(method, path: ["api", "v2"] + path, body: body)
        request.isAnsweredBare = true
        return request
    }

    /// Path and query as they are sent: all but RFC 3986's unreserved characters percent-encoded.
    package var encodedPath: String {
        let query = parameters.map {
            Self.percentEncoded($0.name) + "=" + Self.percentEncoded($0.value)
        }.joined(separator: "&")
        return path.map { "/" + Self.percentEncoded($0) }.joined()
            + (query.isEmpty ? "" : "?" + query)
    }

    private static func percentEncoded(_ text: String) -> String {
        var output = ""
        for byte in text.utf8 {
            let isUnreserved =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || "-._~".utf8.contains(byte)
            if isUnreserved {
                output.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                output += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
            }
        }
        return output
    }
}

/// A client of the control socket.
package struct ControlClient: Sendable {
    private static let maximumAnswerBytes = 64 << 20
    /// Longer than the agent itself takes for the longest of its answers.
    private static let timeoutMilliseconds = 130_000

    private let transport: any Transport
    private let socketPath: String

    /// A client of the socket at a path.
    package init(transport: any Transport, socketPath: String) {
        self.transport = transport
        self.socketPath = socketPath
    }

    /// Sends a request.
    ///
    /// - Returns: the `data` of the answer.
    package func send(_ request: ControlRequest) async throws(ControlFailure) -> JSONValue {
        var message = TransportRequest(
            method: request.method, url: "http://localhost" + request.encodedPath,
            headers: [HTTPHeader("Accept", "application/json")],
            body: request.body?.serialized(), maximumBodyBytes: Self.maximumAnswerBytes,
            timeoutMilliseconds: Self.timeoutMilliseconds, unixSocketPath: socketPath)
        if request.body != nil {
            message.headers.append(HTTPHeader("Content-Type", "application/json"))
        }
        let response: TransportResponse
        do throws(TransportError) {
            response = try await transport.send(message)
        } catch {
            throw error.reason == .connect
                ? .notRunning(error.message) : .unusable(error.message)
        }
        return try Self.data(of: request, status: response.status, body: response.body)
    }

    /// What a request was answered, or the refusal.
    package static func data(
        of request: ControlRequest, status: Int, body: [UInt8]
    ) throws(ControlFailure) -> JSONValue {
        request.isAnsweredBare
            ? try bareData(status: status, body: body) : try data(status: status, body: body)
    }

    /// An answer of Alertmanager's API: JSON or nothing, a refusal is a text or has a `message`.
    private static func bareData(
        status: Int, body: [UInt8]
    ) throws(ControlFailure) -> JSONValue {
        let value = try? JSONReader.read(body)
        if (200..<300).contains(status) {
            if body.isEmpty { return .null }
            guard let value else { throw .unusable("status \(status), no JSON") }
            return value
        }
        let message = value?["message"] ?? value?["error"] ?? value
        if let message = message?.stringValue { throw .refused(message) }
        guard status == 404 else { throw .unusable("status \(status)") }
        throw .refused("there is no such silence; see `silence list`")
    }

    /// The `data` of an answer, or the refusal in it.
    package static func data(
        status: Int, body: [UInt8]
    ) throws(ControlFailure) -> JSONValue {
        let answer: JSONValue
        do {
            answer = try JSONReader.read(body)
        } catch {
            throw .unusable("status \(status), \(error)")
        }
        if answer["status"]?.stringValue == "success", let data = answer["data"] { return data }
        guard let message = answer["error"]?.stringValue else {
            throw .unusable("status \(status)")
        }
        throw .refused(message)
    }
}
