// Rows posted a second, beside a bare C loop that writes the same rows through SQLite with the
// same schema and settings.
//
// The agent's side numbers and hashes the entries, checks the lease and the chain, and writes; the
// C loop only writes.

import ArgumentParser
import Credits
import Foundation
import Ledger
import Ports
import SQLStore

/// `benchmarks posting`.
struct PostingBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "posting", abstract: "Rows posted a second, beside a C loop over SQLite.")

    @Option(help: "How often each is measured.")
    var rounds = 5

    @Option(help: "A PostgreSQL ledger to post to as well; its schema must be empty.")
    var postgres: String?

    func run() async throws {
        let scratch = try ScratchFolder()
        let program = scratch.path("posting")
        _ = try Peer.run(
            "cc",
            ["-O2", "-o", program, Peer.folder.appending(path: "posting.c").path(), "-lsqlite3"])
        for (rows, transactions) in [(1, 1_000), (100, 200), (1_000, 30)] {
            var own: [Double] = []
            var peer: [Double] = []
            let polls = (0..<transactions).map { SamplePoll(number: $0, rows: rows) }
            for round in 0..<rounds {
                let name = "\(rows)-\(round)"
                own.append(
                    try await seconds(polls, to: openSQLiteStore(path: scratch.path("a-\(name)"))))
                let other = scratch.path("c-\(name)")
                try await openSQLiteStore(path: other).close()
                let text = try Peer.run(program, [other, "\(rows)", "\(transactions)"])
                peer.append(try Peer.number("seconds", in: text))
            }
            report(rows: rows, total: rows * transactions, own: own, peer: peer)
        }
        if let postgres { try await post(to: postgres) }
    }

    private func report(rows: Int, total: Int, own: [Double], peer: [Double]) {
        func speed(_ seconds: Double) -> String { String(Int(Double(total) / seconds)) }
        let ratio = Measure.median(peer) / Measure.median(own)
        print(
            "\(rows) rows a transaction: agent \(speed(Measure.median(own))) rows/s, "
                + "C \(speed(Measure.median(peer))) rows/s, ratio \(Measure.text(ratio)) "
                + "(0.7 or more is asked)")
    }

    private func post(to url: String) async throws {
        let store = try await openPostgresStore(url: url)
        var first = 0
        for (rows, transactions) in [(1, 300), (100, 30), (1_000, 5)] {
            let polls = (first..<first + transactions).map { SamplePoll(number: $0, rows: rows) }
            first += transactions
            let begun = ContinuousClock.now
            for poll in polls { try await poll.post(to: store) }
            let seconds = (ContinuousClock.now - begun) / .seconds(1)
            print(
                "\(rows) rows a transaction: PostgreSQL "
                    + "\(Int(Double(rows * transactions) / seconds)) rows/s")
        }
        try await store.close()
    }

    private func seconds(_ polls: [SamplePoll], to store: any Store) async throws -> Double {
        let seconds = try await Measure.seconds {
            for poll in polls { try await poll.post(to: store) }
        }
        try await store.close()
        return seconds
    }
}

/// One poll's drafts and posted keys.
private struct SamplePoll: Sendable {
    private let id: String
    private let drafts: [EntryDraft]
    private let posted: [PostedKey]

    init(number: Int, rows: Int) {
        let text = String(number)
        id = "poll-" + String(repeating: "0", count: max(0, 27 - text.count)) + text
        let keys = (0..<rows).map { row in
            let sequence = number * rows + row + 1
            let day = CalendarDay(daysSinceEpoch: Int64(20_000 + sequence % 28))
            let product = "product-\(sequence % 20)"
            return PostedKey(
                key: "usage|acme|\(product)|tokens|\(20_000 + sequence % 28)|\(rows)|\(sequence)",
                source: "usage", organization: "acme", product: product, unit: "tokens", day: day,
                credits: CreditAmount(microCredits: Int64(1_000_000 + sequence)), revision: 1)
        }
        posted = keys
        drafts = keys.enumerated().map { index, key in
            EntryDraft(
                day: key.day, product: key.product, kind: .usage, credits: key.credits,
                quantity: "\(index).125", unit: "tokens", rate: "0.002", source: "usage",
                key: key.key, revision: 1, note: "")
        }
    }

    func post(to store: any Store) async throws {
        try await store.write { rows in
            let head = try rows.chainHead(of: "acme")
            let now = Timestamp(milliseconds: 1_790_000_000_000)
            let entries = Chain.extend(
                head, organization: "acme", drafts: drafts, poll: id, recordedAt: now)
            let day = CalendarDay(daysSinceEpoch: 20_000)
            try rows.append(
                entries, posted: posted,
                poll: PollRecord(
                    id: id, source: "usage", organization: "acme",
                    window: DayWindow(first: day, last: day), startedAt: now, recordedAt: now,
                    pageCount: 1, rowCount: drafts.count))
        }
    }
}
