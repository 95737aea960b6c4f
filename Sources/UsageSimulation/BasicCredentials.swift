// The user and password of HTTP's basic authentication.

import Foundation

/// What an `Authorization: Basic` header says.
package struct BasicCredentials: Sendable, Equatable {
    /// The user's name.
    package let user: String
    /// The password.
    package let password: String

    /// Reads the header's value; nil when it is not basic authentication.
    package init?(_ header: String) {
        guard header.hasPrefix("Basic "),
            let data = Data(base64Encoded: String(header.dropFirst(6))),
            let text = String(validating: data, as: UTF8.self),
            let colon = text.firstIndex(of: ":")
        else { return nil }
        user = String(text[..<colon])
        password = String(text[text.index(after: colon)...])
    }
}
