// Requests about the ledger's entries and what follows from them.

import Credits
import ExactJSON

extension ControlRequest {
    /// The statement of an organization's month, as known at an instant or now.
    package static func statement(
        of organization: String, month: BillingMonth, knownAt: Timestamp?
    ) -> ControlRequest {
        ControlRequest(
            path: organizations.path + [organization, "statements", month.description],
            parameters: knownAt.map { [(name: "as_known_at", value: $0.description)] } ?? [])
    }

    /// A change of an organization's balance by hand.
    package static func adjustment(of organization: String, body: JSONValue) -> ControlRequest {
        ControlRequest(
            "POST", path: organizations.path + [organization, "adjustments"], body: body)
    }
}
