// The keys of adjustments in memory.

import Ports

extension MemoryRows {
    func adjustment(key: String, of organization: String) throws -> Int64? {
        tables.adjustmentKeys[ExactText(organization)]?[ExactText(key)]
    }

    func putAdjustment(key: String, of organization: String, sequence: Int64) throws {
        try change { tables throws(StoreError) in
            let organization = ExactText(organization)
            guard tables.adjustmentKeys[organization]?[ExactText(key)] == nil else {
                throw .failed("the idempotency key \(key) is taken")
            }
            tables.adjustmentKeys[organization, default: [:]][ExactText(key)] = sequence
        }
    }
}
