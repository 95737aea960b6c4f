// What the routes of lists share: the size of a page, and what is answered when it cannot be read.

extension WebRequest {
    /// The most rows of a page.
    static let maximumPage = 1000
    private static let standardPage: Int64 = 100

    /// The number of a parameter; nil when it is none or out of range.
    func number(_ name: String, standard: Int64, in range: ClosedRange<Int64>) -> Int64? {
        guard let text = parameter(name) else { return standard }
        guard let value = Int64(text), range.contains(value) else { return nil }
        return value
    }

    /// How many rows the page has at most; nil when `limit` is none.
    var pageSize: Int? {
        number("limit", standard: Self.standardPage, in: 1...Int64(Self.maximumPage)).map(Int.init)
    }
}

extension WebResponse {
    /// `limit` is no size of a page.
    static var badPageSize: WebResponse {
        .failure(.badData, "`limit` must be from 1 to \(WebRequest.maximumPage)")
    }

    /// There is no such organization.
    static func unknownOrganization(_ id: String) -> WebResponse {
        .failure(.notFound, "there is no organization `\(id)`")
    }

    /// The ledger could not be read.
    static func unreadable(_ error: any Error) -> WebResponse {
        .failure(.unavailable, "the ledger could not be read: \(error)")
    }
}
