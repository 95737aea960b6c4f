// Which poll of each case is on, and how often each of its pages was asked for.

/// The state of the cases.
package struct CaseScript: Sendable {
    private struct Standing {
        var poll: Int
        var requests: [Int: Int] = [:]
    }

    private var standings: [String: Standing] = [:]

    /// Every case at its last poll: the one that it is about.
    package init() {}

    /// Chooses the poll of a case that is answered from now on, from 1; false when there is none.
    package mutating func choose(poll: Int, of name: String) -> Bool {
        guard let scripted = FaultCase.all.first(where: { $0.name == name }),
            (1...scripted.polls.count).contains(poll)
        else { return false }
        standings[name] = Standing(poll: poll)
        return true
    }

    /// The answer to a request of a page, from 1; past the last page the last one answers.
    mutating func answer(_ scripted: FaultCase, page: Int) -> ScriptedAnswer? {
        var standing = standings[scripted.name] ?? Standing(poll: scripted.polls.count)
        let pages = scripted.polls[standing.poll - 1].pages
        let index = min(max(page, 1), pages.count) - 1
        guard pages.indices.contains(index) else { return nil }
        standing.requests[index, default: 0] += 1
        standings[scripted.name] = standing
        return pages[index].answer(number: standing.requests[index] ?? 1)
    }
}
