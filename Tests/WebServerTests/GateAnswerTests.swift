// Answers of the gate that are kept are those that the rules would give anew.

import Agent
import AgentConfiguration
import Credits
import Ledger
import SimulatedPorts
import Testing

@testable import WebServer

@Suite("Kept answers of the gate")
struct GateAnswerTests {
    private static let targets = ["acme", "acme&product=chat", "acme&product=old", "nobody"]
        .map { "/api/v1/gate?organization=\($0)" }

    /// Asks the long-lived responder and one that has kept nothing.
    private func compare(_ web: TestWeb, _ responder: WebResponder) async -> Set<String> {
        let fresh = web.faces.control()
        var seen: Set<String> = []
        for target in Self.targets {
            let request = WebRequest.to("GET", target)
            // Twice, so that the second time it is kept.
            for _ in 0..<2 {
                let kept = await responder.respond(to: request)
                let anew = await fresh.respond(to: request)
                #expect(kept.status == anew.status, "\(target) at \(web.clock.now())")
                #expect(kept.text == anew.text, "\(target) at \(web.clock.now())")
                #expect(
                    kept.headers.map { "\($0.name): \($0.value)" }
                        == anew.headers.map { "\($0.name): \($0.value)" },
                    "\(target) at \(web.clock.now())")
                seen.insert(
                    [anew.header("X-AI-Credits-Reason") ?? "", anew.header("Retry-After") ?? "-"]
                        .joined(separator: " "))
            }
        }
        return seen
    }

    @Test(
        "change with staleness, days, the month's end and the seconds before it",
        arguments: ["allow", "block"])
    func time(_ whenStale: String) async throws {
        let web = try await TestWeb.start(organization: ", when_stale: \(whenStale)")
        let responder = web.web
        var seen = await compare(web, responder)
        // To a little before and after everything that time alone changes: the source becomes stale
        // within hours, the month ends after 20 days and 12 hours.
        let end: Int64 = 20 * 86_400_000 + 43_200_000
        var times = (1...60).map { Int64($0) * 600_000 }
        times += (1...20).flatMap { [Int64($0) * 86_400_000 - 1, Int64($0) * 86_400_000] }
        times += [
            -120_000, -60_001, -60_000, -59_999, -59_001, -59_000, -58_999, -30_500, -1000, -1, 0,
            1,
        ]
        .map { end + $0 }
        var last: Int64 = 0
        for time in times.sorted() {
            web.clock.advance(milliseconds: time - last)
            last = time
            seen.formUnion(await compare(web, responder))
        }
        #expect(seen.contains("within_base -"))
        #expect(seen.contains("product_disabled 60"))
        #expect(seen.contains("product_disabled 31"))
        #expect(seen.contains("usage_stale \(whenStale == "allow" ? "-" : "1")"))
    }

    @Test("change with what is published")
    func publication() async throws {
        let web = try await TestWeb.start(rest: TestWeb.tokens)
        let responder = web.web
        #expect(await compare(web, responder).contains("within_base -"))
        let hold = await web.core.hold(
            .make(
                HoldRequest(
                    organization: "acme", product: "chat",
                    credits: CreditAmount(microCredits: 899_500_000), timeToLive: 60_000, key: nil,
                    actor: "test")))
        guard case .made = hold else {
            Issue.record("no hold: \(hold)")
            return
        }
        #expect(await compare(web, responder).contains("limit_reached 60"))
    }

    @Test("are those of the last publication, are bounded, and leave long names out")
    func bounds() {
        let answers = GateAnswers()
        let now = Timestamp(seconds: 1000)
        func ask(
            _ organization: String, _ product: String? = nil, at publication: UInt64 = 1,
            now asked: Timestamp = now, lasting: Int64 = 1000
        ) -> Bool {
            var isAnew = false
            _ = answers.answer(
                organization: organization, product: product, publication: publication, now: asked
            ) {
                isAnew = true
                return GateAnswer(
                    decision: LimitGate.decide(
                        organization: organization, product: product, snapshot: AgentSnapshot(),
                        now: asked),
                    response: ReadyResponse(.text("\(organization)\n")),
                    instants: asked..<asked.adding(milliseconds: lasting))
            }
            return isAnew
        }
        #expect(ask("a"))
        #expect(!ask("a"))
        #expect(ask("a", ""))
        #expect(!ask("a", now: now.adding(milliseconds: 999)))
        #expect(ask("a", now: now.adding(milliseconds: 1000)))
        #expect(ask("a"), "before it was asked")
        #expect(ask("a", at: 2))
        #expect(ask("a", at: 1), "a reader of an older state")
        #expect(!ask("a", at: 2))
        #expect(ask("b", lasting: 0))
        #expect(ask("b", lasting: 0))
        let long = String(repeating: "x", count: 257)
        #expect(ask("a", long, at: 2))
        #expect(ask("a", long, at: 2))
        for number in 0..<5000 { _ = ask("\(number)", at: 2) }
        #expect(ask("a", at: 2), "gave way")
        #expect(!ask("4999", at: 2))
    }
}
