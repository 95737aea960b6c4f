// The chain of changes: what was altered, taken out or cut off is named.

import Credits
import Ledger
import Testing

@Suite("The chain of changes")
struct AuditChainTests {
    private static func record(_ number: Int, reason: String = "r") -> AuditRecord {
        AuditRecord(
            at: Timestamp(seconds: Int64(number)), organization: "acme", actor: "user:root",
            action: "limit.changed", before: "\(number)", after: "\(number + 1)", reason: reason)
    }

    private static func links(_ count: Int) -> [AuditLink] {
        var head = AuditHead()
        return (1...count).map { number in
            head = head.adding(record(number))
            return AuditLink(number: Int64(number), record: record(number), hash: head.hash)
        }
    }

    private static func findings(_ links: [AuditLink], head: AuditHead? = nil) -> [String] {
        var verification = AuditVerification(organization: "acme")
        for link in links { verification.read(link) }
        verification.finish(
            stored: head ?? AuditHead(count: 4, hash: Self.links(4).last?.hash ?? ""))
        return verification.findings.map(\.description)
    }

    @Test("what was written is whole, also behind records without hashes")
    func whole() {
        #expect(Self.findings(Self.links(4)).isEmpty)
        let former = AuditLink(number: 0, record: Self.record(9), hash: "")
        #expect(Self.findings([former, former] + Self.links(4)).isEmpty)
        #expect(Self.findings([former], head: AuditHead()).isEmpty)
    }

    @Test("an altered change is named, and no other")
    func altered() {
        var links = Self.links(4)
        links[1] = AuditLink(
            number: 2, record: Self.record(2, reason: "another"), hash: links[1].hash)
        #expect(
            Self.findings(links) == [
                "acme: change 2, limit.changed by user:root at 1970-01-01T00:00:02Z, was altered, "
                    + "or the one before it is missing"
            ])
        links[1] = AuditLink(number: 2, record: Self.record(2), hash: "")
        #expect(Self.findings(links).count == 2, "a hash that was taken away")
    }

    @Test("a missing change is noticed, in the middle, in front and at the end")
    func missing() {
        let links = Self.links(4)
        #expect(Self.findings([links[0]] + links[2...]).first?.contains("change 3") == true)
        #expect(Self.findings(Array(links[1...])).first?.contains("change 2") == true)
        #expect(
            Self.findings(Array(links[..<3])) == [
                "acme: there are 3 changes, the stored end is of 4: changes at the end are missing "
                    + "or altered"
            ])
    }
}
