// The sources of the configuration in force: their states, shared with readers.
//
// 1. In the order of their identifiers; which sources there are changes with a load alone.
// 2. Publishing the table copies references, never states: it is done after every poll.

/// A state that many readers share.
package final class SharedSource: Sendable {
    /// The state.
    package let state: SourceState

    /// Shares a state.
    package init(_ state: SourceState) {
        self.state = state
    }
}

/// States by identifier.
struct SourceTable: Sendable {
    /// Every source, sorted by identifier.
    private(set) var all: [SharedSource] = []
    private var indices: [String: Int] = [:]
    private var indicesByOrganization: [String: [Int]] = [:]

    /// A table of states.
    init(_ states: [SourceState] = []) {
        for state in states.sorted(by: { $0.id < $1.id }) {
            indices[state.id] = all.count
            indicesByOrganization[state.organization, default: []].append(all.count)
            all.append(SharedSource(state))
        }
    }

    /// The sources of an organization, sorted by identifier.
    func sources(of organization: String) -> [SharedSource] {
        (indicesByOrganization[organization] ?? []).map { all[$0] }
    }

    /// The state of a source; setting that of one that is not in the table changes nothing.
    subscript(id: String) -> SourceState? {
        get { indices[id].map { all[$0].state } }
        set {
            guard let newValue, let index = indices[id] else { return }
            all[index] = SharedSource(newValue)
        }
    }
}
