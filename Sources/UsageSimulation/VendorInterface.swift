// The usage APIs that the simulator serves.

/// One vendor-like API.
package enum VendorInterface: String, CaseIterable, Sendable {
    /// Credits a day, pages by cursor, bearer token.
    case usage = "/v1/usage"
    /// Credits a day, numbered pages, token in `x-api-key`.
    case pages = "/v1/usage/pages"
    /// Tokens in buckets of a day, bounds in seconds since 1970, bearer token.
    case buckets = "/v1/buckets"
    /// Tokens of the replayed trace a day, basic authentication or bearer token.
    case dailyTokens = "/v1/daily-tokens"
}
