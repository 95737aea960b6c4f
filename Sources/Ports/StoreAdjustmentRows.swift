// The part of the store that remembers under which keys balances were changed by hand.

/// Idempotency keys of adjustments.
///
/// A key is written in the transaction of its entry, so that a wish that is repeated because its
/// answer was lost finds what it did.
package protocol AdjustmentRows {
    /// The sequence of the entry that was made under an idempotency key; nil when there is none.
    func adjustment(key: String, of organization: String) throws -> Int64?

    /// Notes the key of an entry; a key is used once.
    func putAdjustment(key: String, of organization: String, sequence: Int64) throws
}
