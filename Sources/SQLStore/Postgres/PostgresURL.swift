// Where a PostgreSQL ledger lives. libpq reads the URL; this shows it without its secrets.

import CLibpq
import Ports

/// A `postgresql://` URL.
package struct PostgresURL: Sendable {
    /// As libpq reads it, secrets included; never shown.
    let text: String
    /// The URL without password and parameters.
    package let place: String
    /// The place with what chooses a schema there.
    let identity: String

    /// A URL that libpq can read.
    ///
    /// - Throws: `StoreError.failed` with libpq's own words, which name the mistake.
    package init(_ text: String) throws(StoreError) {
        self.text = text
        let found = try Self.options(of: text)
        let user = found["user"].map { "\($0)@" } ?? ""
        let hosts = (found["host"] ?? found["hostaddr"] ?? "").split(
            separator: ",", omittingEmptySubsequences: false)
        let ports = (found["port"] ?? "").split(separator: ",", omittingEmptySubsequences: false)
        let authority = hosts.enumerated().map { index, host in
            let port = ports.count > 1 ? ports[min(index, ports.count - 1)] : ports.first ?? ""
            return port.isEmpty ? String(host) : "\(host):\(port)"
        }.joined(separator: ",")
        place = "postgresql://\(user)\(authority)/\(found["dbname"] ?? "")"
        identity = place + (found["options"].map { "?options=\($0)" } ?? "")
    }

    /// What is wrong with a URL, in libpq's words; nil when it can be read.
    package static func mistake(in text: String) -> String? {
        do throws(StoreError) {
            _ = try PostgresURL(text)
            return nil
        } catch {
            return error.description
        }
    }

    private static func options(of text: String) throws(StoreError) -> [String: String] {
        var message: UnsafeMutablePointer<CChar>?
        guard let list = PQconninfoParse(text, &message) else {
            defer { PQfreemem(message) }
            // libpq repeats the URL in some messages; a password must not come along.
            let words = message.map { String(cString: $0) } ?? "out of memory"
            throw .failed(
                "the ledger's URL cannot be read: "
                    + PostgresText.oneLine(words, hiding: text))
        }
        defer { PQconninfoFree(list) }
        var found: [String: String] = [:]
        var option = list
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                found[String(cString: keyword)] = String(cString: value)
            }
            option += 1
        }
        return found
    }
}

/// libpq's messages as one line.
enum PostgresText {
    /// The lines of a message joined, a text that must not be shown taken out.
    static func oneLine(_ message: String, hiding secret: String = "") -> String {
        let lines = message.split(whereSeparator: \.isNewline).map { line in
            line.drop { $0 == " " || $0 == "\t" }
        }
        let text = lines.joined(separator: "; ")
        return secret.isEmpty ? text : text.replacing(secret, with: "(the URL)")
    }
}
