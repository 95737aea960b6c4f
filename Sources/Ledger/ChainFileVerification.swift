// A file of entries, judged without a ledger: every edited, missing or reordered entry is named.
//
// 1. An entry is whole when its fields, behind the hash before it, give the hash that it states.
// 2. An edited hash is told from edited fields: the entry behind it fits what the fields give.
// 3. Behind a gap an entry's fields cannot be judged; that it follows a gap is said.

import Credits

/// What is wrong with an entry of a file.
package struct ChainFileFinding: Sendable, Hashable, CustomStringConvertible {
    /// The line it begins in, from 1.
    package let line: Int
    /// Identifier of the organization, as stated.
    package let organization: String
    /// The sequence, as stated.
    package let sequence: String
    /// What is wrong.
    package let message: String

    package var description: String {
        "line \(line): entry \(sequence.isEmpty ? "?" : sequence) of "
            + "\(organization.isEmpty ? "no organization" : organization) \(message)"
    }
}

/// Verifies a file entry by entry.
package struct ChainFileVerification: Sendable {
    /// The end of what was read of one organization.
    package struct End: Sendable, Hashable {
        /// The highest sequence.
        package fileprivate(set) var sequence: Int64 = 0
        /// The hash that its entry states.
        package fileprivate(set) var hash = ChainHead.empty.hash
        /// How many entries were read.
        package fileprivate(set) var count: Int64 = 0
        /// How many of them are wrong.
        package fileprivate(set) var findingCount: Int64 = 0
        /// The hash that the fields of the last entry give.
        fileprivate var reckoned = ChainHead.empty.hash
    }

    /// The most findings that are kept.
    package static let maximumFindings = 100

    /// The ends by organization.
    package private(set) var ends: [String: End] = [:]
    /// What is wrong, in the order of the file; the first hundred.
    package private(set) var findings: [ChainFileFinding] = []

    /// Before the first entry.
    package init() {}

    /// Reads the next entry of the file.
    package mutating func read(_ text: EntryText, line: Int) {
        let organization = String(text[.organization].prefix(80))
        var end = ends[organization] ?? End()
        end.count += 1
        if let message = Self.judge(text, behind: &end) {
            end.findingCount += 1
            if findings.count < Self.maximumFindings {
                findings.append(
                    ChainFileFinding(
                        line: line, organization: organization,
                        sequence: String(text[.sequence].prefix(20)), message: message))
            }
        }
        ends[organization] = end
    }

    /// What is wrong with an entry; nil when nothing is.
    private static func judge(_ text: EntryText, behind end: inout End) -> String? {
        let entry: Entry
        do throws(EntryTextError) {
            entry = try text.entry(behind: end.hash)
        } catch {
            // It takes the place that it should have had.
            end.sequence = end.sequence.addingReportingOverflow(1).partialValue
            end.hash = text[.hash]
            end.reckoned = text[.hash]
            return "was edited: \(error)"
        }
        if let disorder = LedgerVerification.disorder(of: entry.sequence, behind: end.sequence) {
            guard entry.sequence > end.sequence else { return disorder }
            end.sequence = entry.sequence
            end.hash = entry.hash
            end.reckoned = entry.hash
            return "follows a gap: \(disorder)"
        }
        let isWhole =
            entry.rehashed.hash == entry.hash
            || (try? text.entry(behind: end.reckoned))?.rehashed.hash == entry.hash
        end.sequence = entry.sequence
        end.reckoned = entry.rehashed.hash
        end.hash = entry.hash
        return isWhole ? nil : "was edited: its fields do not give its hash"
    }
}
