// What a stand-in answers.

/// A request that a vendor refuses; each vendor has its own shape for it.
package struct VendorRefusal: Error, Sendable, Equatable {
    /// The status.
    package let status: Int
    /// A word for programs.
    package let code: String
    /// Words for people.
    package let message: String

    /// A refusal with a status.
    package init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// A refusal of a parameter, with 400.
    static func parameter(_ message: String) -> VendorRefusal {
        VendorRefusal(400, "invalid_request_error", message)
    }
}

/// A complete answer.
package struct VendorReply: Sendable, Equatable {
    /// A header.
    package struct Header: Sendable, Equatable {
        package let name: String
        package let value: String
    }

    /// The status.
    package var status = 200
    /// The content type.
    package var contentType = "application/json"
    /// Further headers.
    package var headers: [Header] = []
    /// The body.
    package var body: String

    /// An answer.
    package init(
        _ body: String, status: Int = 200, contentType: String = "application/json",
        headers: [(name: String, value: String)] = []
    ) {
        self.body = body
        self.status = status
        self.contentType = contentType
        self.headers = headers.map { Header(name: $0.name, value: $0.value) }
    }

    /// A JSON object.
    static func object(_ members: [(name: String, value: String)]) -> VendorReply {
        VendorReply(JSONText.object(members))
    }
}
