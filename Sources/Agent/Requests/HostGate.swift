// Who may ask a host now: one request in flight at each, unless a source says otherwise.
//
// 1. First come, first served within a host; a request that waits for its turn can be cancelled.
// 2. A source that says how many may be in flight is held to that number strictly.
// 3. Without such a word a request holds up the others for a second at most, and one of a source
//    that was slow the last time holds up nobody: a path that hangs must not delay the rest.

import Ports
import Synchronization

/// The gates of all hosts.
package final class HostGate: Sendable {
    /// How long a request keeps others waiting, in milliseconds.
    package static let patienceMilliseconds: Int64 = 1000

    /// A request that was let in.
    package struct Ticket: Sendable, Hashable {
        fileprivate let number: UInt64
        fileprivate let host: String
        fileprivate let source: String
    }

    private struct Holder {
        let number: UInt64
        let since: Int64
        let isSlow: Bool
    }

    private struct Place {
        let number: UInt64
        let bell: Bell
    }

    private struct Host {
        var holders: [Holder] = []
        var queue: [Place] = []
        var slowSources: Set<String> = []

        /// Milliseconds until the first of the queue may go; 0 now, nil once a holder leaves.
        func wait(limit: Int?, now: Int64) -> Int64? {
            if let limit { return holders.count < limit ? 0 : nil }
            let ends = holders.filter { !$0.isSlow }
                .map { $0.since + HostGate.patienceMilliseconds }
            return max(0, (ends.max() ?? now) - now)
        }
    }

    private struct State {
        var hosts: [String: Host] = [:]
        var next: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Gates at which nobody waits.
    package init() {}

    /// Waits for a turn at a host.
    ///
    /// - Parameters:
    ///   - host: scheme, host and port.
    ///   - limit: the most requests in flight; nil for the standard.
    /// - Throws: `CancellationError` when the task was cancelled meanwhile.
    package func enter(
        _ host: String, source: String, limit: Int?, on waiter: any Waiter
    ) async throws -> Ticket {
        let bell = Bell()
        let ticket = state.withLock { state in
            state.next += 1
            state.hosts[host, default: Host()].queue.append(
                Place(number: state.next, bell: bell))
            return Ticket(number: state.next, host: host, source: source)
        }
        while !Task.isCancelled {
            switch attempt(ticket, limit: limit, now: waiter.elapsedMilliseconds()) {
            case .entered: return ticket
            case .wait(let milliseconds?):
                await bell.wait(atMostMilliseconds: milliseconds, on: waiter)
            case .wait(nil): await bell.waitForRing()
            }
        }
        withdraw(ticket)
        throw CancellationError()
    }

    /// Gives the turn back.
    package func leave(_ ticket: Ticket, on waiter: any Waiter) {
        let now = waiter.elapsedMilliseconds()
        let bell: Bell? = state.withLock { state in
            guard var host = state.hosts[ticket.host],
                let index = host.holders.firstIndex(where: { $0.number == ticket.number })
            else { return nil }
            let holder = host.holders.remove(at: index)
            if now - holder.since > Self.patienceMilliseconds {
                host.slowSources.insert(ticket.source)
            } else {
                host.slowSources.remove(ticket.source)
            }
            return Self.put(back: host, as: ticket.host, &state)
        }
        bell?.ring()
    }

    /// How many requests wait for their turn.
    package var waitingCount: Int {
        state.withLock { $0.hosts.values.reduce(0) { $0 + $1.queue.count } }
    }

    private enum Attempt {
        case entered
        case wait(Int64?)
    }

    private func attempt(_ ticket: Ticket, limit: Int?, now: Int64) -> Attempt {
        let (attempt, bell): (Attempt, Bell?) = state.withLock { state in
            guard var host = state.hosts[ticket.host], host.queue.first?.number == ticket.number
            else { return (.wait(nil), nil) }
            let wait = host.wait(limit: limit, now: now)
            guard wait == 0 else { return (.wait(wait), nil) }
            host.queue.removeFirst()
            host.holders.append(
                Holder(
                    number: ticket.number, since: now,
                    isSlow: host.slowSources.contains(ticket.source)))
            return (.entered, Self.put(back: host, as: ticket.host, &state))
        }
        // The next in line looks for itself: it may be let in beside this one.
        bell?.ring()
        return attempt
    }

    private func withdraw(_ ticket: Ticket) {
        let bell: Bell? = state.withLock { state in
            guard var host = state.hosts[ticket.host] else { return nil }
            host.queue.removeAll { $0.number == ticket.number }
            return Self.put(back: host, as: ticket.host, &state)
        }
        bell?.ring()
    }

    /// Keeps a host that is in use or has slow sources; the bell of the first in its queue.
    private static func put(back host: Host, as name: String, _ state: inout State) -> Bell? {
        let isIdle = host.holders.isEmpty && host.queue.isEmpty && host.slowSources.isEmpty
        state.hosts[name] = isIdle ? nil : host
        return host.queue.first?.bell
    }
}
