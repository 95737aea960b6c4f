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

    /// The newest changes of an organization's terms and books.
    package static func audit(of organization: String, limit: Int) -> ControlRequest {
        newest("audit", of: organization, limit)
    }

    /// The newest blocks and resumes of an organization.
    package static func transitions(of organization: String, limit: Int) -> ControlRequest {
        newest("transitions", of: organization, limit)
    }

    private static func newest(
        _ what: String, of organization: String, _ limit: Int
    ) -> ControlRequest {
        ControlRequest(
            path: organizations.path + [organization, what],
            parameters: [(name: "limit", value: "\(limit)")])
    }

    /// A change of an organization's balance by hand.
    package static func adjustment(of organization: String, body: JSONValue) -> ControlRequest {
        ControlRequest(
            "POST", path: organizations.path + [organization, "adjustments"], body: body)
    }
}
