// Amounts in bodies of the control API.

import Foundation

/// An amount that is written as a JSON number or as a text.
struct JSONCredits: Decodable {
    /// The exact amount.
    let amount: SimulatedAmount

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text: String
        if let written = try? container.decode(String.self) {
            text = written
        } else {
            text = "\(try container.decode(Decimal.self))"
        }
        guard let amount = SimulatedAmount(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "credits have at most six decimals")
        }
        self.amount = amount
    }
}
