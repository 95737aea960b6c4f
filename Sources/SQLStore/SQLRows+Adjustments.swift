// The keys under which balances were changed by hand.

import Ports

extension SQLRows {
    func adjustment(key: String, of organization: String) throws -> Int64? {
        try run(
            """
            SELECT sequence FROM adjustment_keys
            WHERE organization = $1 AND idempotency_key = $2
            """, [.text(organization), .text(key)]
        ).first?.integer(0)
    }

    func putAdjustment(key: String, of organization: String, sequence: Int64) throws {
        try run(
            """
            INSERT INTO adjustment_keys (organization, idempotency_key, sequence)
            VALUES ($1, $2, $3)
            """, [.text(organization), .text(key), .integer(sequence)])
    }
}
