// Placing drafts at the end of a chain.

import Credits

/// Makes entries of drafts.
package enum Chain {
    /// The entries of the drafts, numbered and hashed behind a head.
    package static func extend(
        _ head: ChainHead, organization: String, drafts: [EntryDraft], poll: String,
        recordedAt: Timestamp
    ) -> [Entry] {
        var head = head
        return drafts.map { draft in
            let entry = Entry(
                draft, organization: organization, sequence: head.sequence + 1, poll: poll,
                recordedAt: recordedAt, previousHash: head.hash)
            head = ChainHead(sequence: entry.sequence, hash: entry.hash)
            return entry
        }
    }
}
