// One poll's way through the posting rules; `Posting` says what they are.

import Credits

/// Plans the entries of one poll.
struct PostingRun {
    private let request: PostingRequest
    /// Keys of the source and of those it replaces.
    private let own: [PostedKey]
    private let cells: [Authority.Cell: [PostedKey]]
    private var state: [String: PostedKey]
    private var verdicts: [Authority.Cell: Authority.Verdict] = [:]
    private var stated: Set<String> = []
    private(set) var plan = PostingPlan()

    init(_ request: PostingRequest, posted: [PostedKey]) {
        self.request = request
        let names = Set([request.source] + request.replaced)
        own = posted.filter { names.contains($0.source) }
        state = Dictionary(posted.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let isRanked = request.authority.members[request.source] != nil
        cells = Dictionary(grouping: isRanked ? posted : [], by: \.cell)
    }

    // MARK: Readings

    /// Posts what a reading changes, or passes it over when another source counts.
    mutating func take(_ reading: Reading) throws(AmountError) {
        let key = reading.key
        let canonical = key.canonicalText
        let keys = keys(of: key, canonical)
        stated.formUnion(keys)
        let finishes = request.finishedDays?.contains(key.day) == true
        guard case .counts = verdict(on: key, finishes: finishes) else {
            plan.supersededCount += 1
            plan.supersededDays[key.product, default: []].insert(key.day)
            return
        }
        for (index, canonical) in keys.enumerated() {
            try post(
                Statement(
                    key: key, canonical: canonical,
                    target: index == 0 ? reading.credits : .zero,
                    quantity: index == 0 ? reading.quantity.description : "0",
                    rate: reading.creditsPerUnit.description))
        }
        // A zero has no entry, but it is what counts instead of other sources.
        let isRanked = request.authority.members[request.source] != nil
        if isRanked, finishes, let first = keys.first, state[first] == nil {
            remember(key.posted(as: first, source: key.source, credits: .zero, revision: 0))
        }
    }

    private mutating func verdict(
        on key: ReadingKey, finishes: Bool
    ) -> Authority.Verdict {
        let cell = Authority.Cell(product: key.product, unit: key.unit, day: key.day)
        if let known = verdicts[cell] { return known }
        let verdict = request.authority.verdict(
            of: request.source, on: key.day, finishes: finishes, posted: cells[cell] ?? [])
        verdicts[cell] = verdict
        return verdict
    }

    /// The canonical keys that a reading speaks for: the first takes its value, the rest go to 0.
    private func keys(of key: ReadingKey, _ own: String) -> [String] {
        guard !request.replaced.isEmpty else { return [own] }
        let inherited = request.replaced
            .map { key.renamed(source: $0).canonicalText }
            .filter { state[$0] != nil }
        return state[own] == nil && !inherited.isEmpty ? inherited : [own] + inherited
    }

    // MARK: What is not stated

    /// Handles keys of the window that the poll left out.
    mutating func settleAbsences(absentBefore: Set<String>) throws(AmountError) {
        guard request.absence != .keep else { return }
        let absent = own.filter { key in
            request.window.contains(key.day) && !stated.contains(key.key)
                && key.credits != .zero && !request.disabledProducts.contains(key.product)
        }
        for key in absent.sorted(by: { ($0.day, $0.key) < ($1.day, $1.key) }) {
            switch request.finality[key.day] {
            case false?: continue
            case nil where request.absence == .confirm && !absentBefore.contains(key.key):
                plan.unconfirmedAbsences.insert(key.key)
            case true?, nil: try takeBack(key, note: "")
            }
        }
    }

    /// Takes back what sources of another rank posted where this one counts.
    mutating func takeBackSuperseded() throws(AmountError) {
        var keys: [PostedKey] = []
        for case .counts(let instead) in verdicts.values { keys += instead }
        for key in keys.sorted(by: { ($0.day, $0.key) < ($1.day, $1.key) }) {
            try takeBack(key, note: "superseded by \(request.source)")
        }
    }

    private mutating func takeBack(_ key: PostedKey, note: String) throws(AmountError) {
        let readingKey = ReadingKey(
            source: key.source, organization: key.organization, product: key.product,
            unit: key.unit, day: key.day)
        try post(
            Statement(
                key: readingKey, canonical: key.key, target: .zero, quantity: "0", rate: "1",
                note: note))
    }

    // MARK: Entries

    /// An absolute value for one canonical key.
    private struct Statement {
        let key: ReadingKey
        let canonical: String
        let target: CreditAmount
        let quantity: String
        let rate: String
        var note = ""
    }

    private mutating func post(_ statement: Statement) throws(AmountError) {
        let before = state[statement.canonical]
        let delta = try statement.target.subtracting(before?.credits ?? .zero)
        guard delta != .zero else { return }
        let key = statement.key
        let revision = (before?.revision ?? 0) + 1
        plan.drafts.append(
            EntryDraft(
                day: key.day, product: key.product, kind: delta.isNegative ? .correction : .usage,
                credits: delta, quantity: statement.quantity, unit: key.unit,
                rate: statement.rate, source: request.source, key: statement.canonical,
                revision: revision, note: note(of: statement)))
        remember(
            key.posted(
                as: statement.canonical, source: before?.source ?? key.source,
                credits: statement.target, revision: revision))
    }

    private func note(of statement: Statement) -> String {
        guard statement.note.isEmpty, request.lockedDays.contains(statement.key.day) else {
            return statement.note
        }
        return "late adjustment of \(statement.key.day), which was locked"
    }

    private mutating func remember(_ key: PostedKey) {
        state[key.key] = key
        plan.posted.append(key)
    }
}

extension PostedKey {
    /// What other sources may report alike.
    var cell: Authority.Cell { Authority.Cell(product: product, unit: unit, day: day) }
}

extension ReadingKey {
    /// The same key of another source.
    fileprivate func renamed(source: String) -> ReadingKey {
        ReadingKey(
            source: source, organization: organization, product: product, unit: unit, day: day,
            periodDays: periodDays, dimensions: dimensions)
    }

    /// The state of the key after a posting.
    fileprivate func posted(
        as canonical: String, source: String, credits: CreditAmount, revision: Int64
    ) -> PostedKey {
        PostedKey(
            key: canonical, source: source, organization: organization, product: product,
            unit: unit, day: day, credits: credits, revision: revision)
    }
}
