// An answer of the query API: a status and a JSON document.

/// What the query API answers.
package struct QueryAnswer: Sendable, Equatable {
    /// The HTTP status code.
    package let status: Int
    /// The JSON document, with a line feed at its end.
    package let body: [UInt8]

    /// `{"status":"success","data":…}` with remarks where there are some.
    ///
    /// - Parameter data: writes the data.
    static func success(
        warnings: [String] = [], infos: [String] = [], _ data: (inout PrometheusJSON) -> Void
    ) -> QueryAnswer {
        var json = PrometheusJSON()
        json.raw("{\"status\":\"success\",\"data\":")
        data(&json)
        for (name, remarks) in [("warnings", warnings), ("infos", infos)] where !remarks.isEmpty {
            json.raw(",\"\(name)\":")
            json.list(remarks) { $0.string($1) }
        }
        json.raw("}\n")
        return QueryAnswer(status: 200, body: json.bytes)
    }

    /// `{"status":"error","errorType":…,"error":…}`.
    package static func failure(_ error: QueryAPIError) -> QueryAnswer {
        var json = PrometheusJSON()
        json.raw("{\"status\":\"error\",\"errorType\":\"\(error.kind.rawValue)\",\"error\":")
        json.string(error.message)
        json.raw("}\n")
        return QueryAnswer(status: error.kind.status, body: json.bytes)
    }
}

/// Why a request of the query API was refused, in Prometheus' words.
package struct QueryAPIError: Error, Sendable, Equatable {
    /// The closed list of error types.
    package enum Kind: String, Sendable, CaseIterable {
        case badData = "bad_data"
        case execution
        case timeout
        case unavailable

        /// The HTTP status code.
        package var status: Int {
            switch self {
            case .badData: 400
            case .execution: 422
            case .timeout, .unavailable: 503
            }
        }
    }

    /// The error's type.
    package let kind: Kind
    /// What is wrong.
    package let message: String

    /// An error of a type.
    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// A parameter that cannot be used.
    static func parameter(_ name: String, _ message: String) -> QueryAPIError {
        QueryAPIError(.badData, "invalid parameter \"\(name)\": \(message)")
    }

    /// A query that waited too long for its turn.
    package static let queueTimeout = QueryAPIError(.timeout, "query timed out in query queue")
}
