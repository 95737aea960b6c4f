// Entries from elsewhere, judged one by one before they may enter an empty ledger.
//
// 1. An entry is taken only when it is its organization's next one and its fields, behind the
//    hash before it, give the hash that it states; unless edited ones are asked for.
// 2. What has been posted for each key follows from the entries: later polls go on from there.

import Credits

/// Why an entry cannot be taken.
package struct ImportRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// Identifier of the organization.
    package let organization: String
    /// The sequence as stated.
    package let sequence: String
    /// What is wrong.
    package let message: String

    package var description: String {
        "entry \(sequence.isEmpty ? "?" : sequence) of "
            + "\(organization.isEmpty ? "no organization" : organization) \(message)"
    }
}

/// The chains that are being read.
package struct ChainImport: Sendable {
    /// The ends of the chains by organization.
    package private(set) var heads: [String: ChainHead] = [:]
    private var keys: [String: PostedKey] = [:]
    private var products: [String: Set<String>] = [:]

    /// Whether entries are taken whose fields do not give their hash.
    private let takesEdited: Bool

    /// Before the first entry.
    ///
    /// - Parameter takesEdited: takes entries whose fields do not give their hash, for the ledger's
    ///   own verification to name them.
    package init(takesEdited: Bool = false) {
        self.takesEdited = takesEdited
    }

    /// Organizations read so far, sorted.
    package var organizations: [String] { heads.keys.sorted() }

    /// What is posted once the entries are, sorted by key.
    package var posted: [PostedKey] { keys.values.sorted { $0.key < $1.key } }

    /// The products of an organization's entries, sorted.
    package func products(of organization: String) -> [String] {
        (products[organization] ?? []).sorted()
    }

    /// Takes the next entry.
    package mutating func read(_ text: EntryText) throws(ImportRefusal) -> Entry {
        let organization = text[.organization]
        func refusal(_ message: String) -> ImportRefusal {
            ImportRefusal(
                organization: String(organization.prefix(80)),
                sequence: String(text[.sequence].prefix(20)), message: message)
        }
        let head = heads[organization] ?? .empty
        let entry: Entry
        do throws(EntryTextError) {
            entry = try text.entry(behind: head.hash)
        } catch {
            throw refusal("was edited: \(error)")
        }
        if let mistake = Identifier.mistake(in: organization) {
            throw refusal("was edited: `organization` \(mistake)")
        }
        guard entry.sequence == head.sequence + 1 else {
            throw refusal(
                "follows entry \(head.sequence): an entry is missing, repeated or out of order")
        }
        guard takesEdited || entry.rehashed.hash == entry.hash else {
            let before = head.sequence == 0 ? "" : ", or entry \(head.sequence) and its hash were"
            throw refusal("was edited\(before): its fields do not give its hash")
        }
        do throws(AmountError) {
            try post(entry)
        } catch {
            throw refusal("cannot be added: \(error)")
        }
        heads[organization] = ChainHead(sequence: entry.sequence, hash: entry.hash)
        products[organization, default: []].insert(entry.product)
        return entry
    }

    private mutating func post(_ entry: Entry) throws(AmountError) {
        guard !entry.kind.isMadeByHand, !entry.key.isEmpty else { return }
        let before = keys[entry.key]?.credits ?? .zero
        keys[entry.key] = PostedKey(
            key: entry.key, source: ReadingKey.source(ofCanonicalText: entry.key),
            organization: entry.organization, product: entry.product, unit: entry.unit,
            day: entry.day, credits: try before.adding(entry.credits), revision: entry.revision)
    }
}
