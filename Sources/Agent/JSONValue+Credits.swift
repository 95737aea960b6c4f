// Credits as the agent writes them in JSON.

import Credits
import ExactJSON

extension JSONValue {
    /// An amount of credits as an exact number.
    package static func credits(_ amount: CreditAmount) -> JSONValue {
        JSONNumber(lexeme: amount.description).map(JSONValue.number) ?? .null
    }
}
