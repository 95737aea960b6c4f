// A webhook as it arrived at a sink.

import Crypto
import ExactJSON
import Foundation

/// An alert in a webhook.
struct WebhookAlert: Hashable {
    let status: String
    let name: String
    let organization: String
}

/// A received webhook.
struct Webhook {
    let id: String
    let timestamp: String
    let signature: String
    let body: String
    let json: JSONValue?
    let answered: Int64?

    init(_ record: JSONValue) {
        id = record["webhook-id"]?.stringValue ?? ""
        timestamp = record["webhook-timestamp"]?.stringValue ?? ""
        signature = record["webhook-signature"]?.stringValue ?? ""
        body = record["body"]?.stringValue ?? ""
        json = record["json"]
        answered = record["answered"]?.integerValue
    }

    var alerts: [WebhookAlert] {
        (json?["alerts"]?.arrayValue ?? []).map { alert in
            WebhookAlert(
                status: alert["status"]?.stringValue ?? "",
                name: alert["labels"]?["alertname"]?.stringValue ?? "",
                organization: alert["labels"]?["organization"]?.stringValue ?? "")
        }
    }

    /// The type of an event.
    var event: String? { json?["type"]?.stringValue }

    var isAccepted: Bool { answered.map { (200..<300).contains($0) } ?? false }

    /// Whether the signature is that of Standard Webhooks under a secret `whsec_…`.
    func isSigned(with secret: String) -> Bool {
        guard let key = Data(base64Encoded: String(secret.dropFirst("whsec_".count))) else {
            return false
        }
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(id).\(timestamp).\(body)".utf8), using: SymmetricKey(data: key))
        return signature == "v1," + Data(code).base64EncodedString()
    }
}
