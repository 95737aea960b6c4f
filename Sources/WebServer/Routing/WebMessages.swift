// Requests and responses as the routes see them: plain values without a server.

import ExactJSON
import Exposition

/// An HTTP request.
package struct WebRequest: Sendable {
    /// The method, upper case.
    package var method: String
    /// The path's segments, percent-decoded.
    package var path: [String]
    /// Query parameters and form fields in order, decoded.
    package var parameters: [(name: String, value: String)]
    /// Headers in order; names in any case.
    package var headers: [(name: String, value: String)]
    /// The body.
    package var body: [UInt8]
    /// Name of the operating-system user at the other end of the control socket; nil elsewhere.
    package var peerUser: String?
    /// Name of the API token that let the request in; nil when none was needed.
    package var tokenName: String?

    /// A request.
    package init(
        method: String, path: [String], parameters: [(name: String, value: String)] = [],
        headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        peerUser: String? = nil
    ) {
        self.method = method
        self.path = path
        self.parameters = parameters
        self.headers = headers
        self.body = body
        self.peerUser = peerUser
    }

    /// Who asks, for the audit: `user:NAME` over the control socket, else the token's name.
    package var actor: String {
        tokenName ?? "user:\(peerUser ?? "unknown")"
    }

    /// The first parameter of a name.
    package func parameter(_ name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }

    /// The header of a name; several lines are joined by commas.
    package func header(_ name: String) -> String? {
        let values = headers.filter { $0.name.lowercased() == name }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }
}

/// An HTTP response.
package struct WebResponse: Sendable {
    /// Status code.
    package var status: Int
    /// Headers without Content-Length.
    package var headers: [(name: String, value: String)]
    /// The body.
    package var body: [UInt8]

    /// What every response has that says nothing else.
    private static let standardHeaders = [
        (name: "X-Content-Type-Options", value: "nosniff"),
        (name: "Cache-Control", value: "no-store"),
    ]

    /// The headers as they are sent: with those that every response has.
    package var sentHeaders: [(name: String, value: String)] {
        let names = Set(headers.map { $0.name.lowercased() })
        return headers
            + Self.standardHeaders.filter { !names.contains($0.name.lowercased()) }
    }

    /// A response of bytes.
    package init(
        status: Int = 200, contentType: String, body: [UInt8],
        headers: [(name: String, value: String)] = []
    ) {
        self.status = status
        self.headers = [("Content-Type", contentType)] + headers
        self.body = body
    }

    /// Puts headers in the place of those of the same names.
    package mutating func replaceHeaders(_ replacements: [(name: String, value: String)]) {
        let names = Set(replacements.map { $0.name.lowercased() })
        headers.removeAll { names.contains($0.name.lowercased()) }
        headers += replacements
    }

    /// A line of text.
    package static func text(_ text: String, status: Int = 200) -> WebResponse {
        WebResponse(
            status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
    }

    /// A JSON document as it is.
    package static func bare(
        _ value: JSONValue, status: Int = 200, headers: [(name: String, value: String)] = []
    ) -> WebResponse {
        WebResponse(
            status: status, contentType: "application/json",
            body: value.serialized() + [UInt8(ascii: "\n")], headers: headers)
    }

    /// `{"status":"success","data":…}`.
    package static func success(_ data: JSONValue) -> WebResponse {
        bare(["status": "success", "data": data])
    }

    /// `{"status":"error","errorType":…,"error":…}`.
    package static func failure(_ kind: WebErrorKind, _ message: String) -> WebResponse {
        bare(
            ["status": "error", "errorType": .string(kind.rawValue), "error": .string(message)],
            status: kind.status)
    }
}

/// The closed list of error types.
package enum WebErrorKind: String, Sendable, CaseIterable {
    case badData = "bad_data"
    case unauthorized
    case forbidden
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case conflict
    case tooLarge = "too_large"
    case unsupportedMediaType = "unsupported_media_type"
    case unavailable
    case `internal`

    /// The status code.
    package var status: Int {
        switch self {
        case .badData: 400
        case .unauthorized: 401
        case .forbidden: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .conflict: 409
        case .tooLarge: 413
        case .unsupportedMediaType: 415
        case .internal: 500
        case .unavailable: 503
        }
    }
}
