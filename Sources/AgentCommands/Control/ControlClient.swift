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
    /// Segments of the path, not encoded.
    package let path: [String]
    /// A body makes it a change.
    package let body: JSONValue?

    /// All organizations.
    package static let organizations = ControlRequest(
        path: ["api", "v1", "organizations"], body: nil)

    /// The limit of an organization, or a change of it.
    package static func limit(of organization: String, body: JSONValue? = nil) -> ControlRequest {
        ControlRequest(path: organizations.path + [organization, "limit"], body: body)
    }

    /// GET or PUT.
    package var method: String { body == nil ? "GET" : "PUT" }

    /// The path as it is sent: all but RFC 3986's unreserved characters percent-encoded.
    package var encodedPath: String {
        path.map { "/" + Self.percentEncoded($0) }.joined()
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
    private static let timeoutMilliseconds = 30_000

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
        return try Self.data(status: response.status, body: response.body)
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
