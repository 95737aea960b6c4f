// How much a source may be asked: budgets, vendor marks, requests at the same time.

import Credits
import PositionedYAML

/// The part of the key `limits` that bounds how often a source is asked.
package struct CourtesyRules: Sendable, Equatable {
    /// The most requests in any 60 seconds; nil for no bound.
    package var requestsPerMinute: Int?
    /// The most requests in any 24 hours; nil for no bound.
    package var requestsPerDay: Int?
    /// The most requests in flight at its host; nil for one, as far as it answers promptly.
    package var requestsInFlight: Int?
    /// Headers that say when to go on.
    package var resetHeaders: [ResetHeader] = []
    /// The header that says how many requests the vendor still allows.
    package var remainingHeader: String?

    /// No bounds.
    package init() {}
}

/// A header that says when a source may be asked again: one entry of `limits.reset_headers`.
package struct ResetHeader: Sendable, Equatable {
    /// How the header says it.
    package enum Form: String, Sendable, Hashable, CaseIterable {
        /// Seconds since 1970.
        case unix
        /// Seconds from now.
        case seconds
    }

    /// When the header counts.
    package struct Condition: Sendable, Equatable {
        /// Name of another header.
        package let header: String
        /// The value that it must have.
        package let value: String
    }

    /// Its name.
    package let name: String
    /// How it says it.
    package let form: Form
    /// Counts on every answer that meets it; without one the header counts on 429 and 503 alone.
    package let condition: Condition?

    /// Seconds that an answer asks to wait for by this header; nil when it asks for nothing.
    func seconds(after response: SourceResponse, now: Timestamp) -> Int? {
        if let condition {
            guard response.header(condition.header) == condition.value else { return nil }
        } else if response.status != 429, response.status != 503 {
            return nil
        }
        guard let text = response.header(name), let value = Self.number(text) else { return nil }
        switch form {
        case .seconds: return Int(value)
        case .unix:
            let left = value * 1000 - now.milliseconds
            return left <= 0 ? 0 : Int((left + 999) / 1000)
        }
    }

    /// Whole seconds, rounded up; nil for anything but up to 12 digits and a fraction.
    private static func number(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, (1...12).contains(whole.utf8.count),
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let value = Int64(whole)
        else { return nil }
        let isPart = parts.count == 2 && parts[1].contains { $0 != "0" }
        return isPart ? value + 1 : value
    }
}

extension CourtesyRules {
    /// Seconds until the source may be asked again, the most that any of its marks asks for; nil
    /// when none does.
    package func pauseSeconds(after response: SourceResponse, now: Timestamp) -> Int? {
        resetHeaders.compactMap { $0.seconds(after: response, now: now) }.max()
    }

    /// How many requests the vendor still allows; nil when the answer does not say.
    package func vendorRemaining(in response: SourceResponse) -> Int64? {
        guard let name = remainingHeader, let text = response.header(name),
            let value = Int64(text), value >= 0
        else { return nil }
        return value
    }

    /// Decodes the keys of `limits`.
    init(from limits: inout MappingDecoder, everyMilliseconds every: Int64) {
        requestsPerMinute = limits.integer("per_minute", in: 1...10_000)?.value
        requestsPerDay = limits.integer("per_day", in: 1...1_000_000)?.value
        requestsInFlight = limits.integer("concurrency", in: 1...64)?.value
        remainingHeader = Self.headerName("remaining_header", in: &limits)
        resetHeaders = Self.resetHeaders(in: &limits)
        limits.refuseLater(["per_hour"])
        let day: Int64 = 86_400_000
        if let requestsPerDay, day / every > requestsPerDay {
            limits.warning(
                "per_day",
                "`every` asks \(day / every) times a day; polls are put off once the "
                    + "\(requestsPerDay) are used, raise `every`")
        }
    }

    private static func resetHeaders(in limits: inout MappingDecoder) -> [ResetHeader] {
        guard let list = limits.mappings("reset_headers") else { return [] }
        guard list.count <= 8 else {
            limits.mistake("reset_headers", "expected at most 8 headers")
            return []
        }
        return list.compactMap { entry in
            var entry = entry
            let name = headerName("name", in: &entry, isRequired: true)
            let form = entry.requiredChoice("as", of: ResetHeader.Form.allCases.map(\.rawValue))
            let condition = condition(in: &entry)
            entry.finish()
            guard let name, let form, let form = ResetHeader.Form(rawValue: form.value) else {
                return nil
            }
            return ResetHeader(name: name, form: form, condition: condition)
        }
    }

    private static func condition(in entry: inout MappingDecoder) -> ResetHeader.Condition? {
        guard var mapping = entry.mapping("when") else { return nil }
        let header = headerName("header", in: &mapping, isRequired: true)
        let value = mapping.requiredString("equals")
        mapping.finish()
        guard let header, let value else { return nil }
        return ResetHeader.Condition(header: header, value: value.value)
    }

    private static func headerName(
        _ key: String, in mapping: inout MappingDecoder, isRequired: Bool = false
    ) -> String? {
        let text = isRequired ? mapping.requiredString(key) : mapping.string(key)
        guard let text else { return nil }
        guard HeaderRules.isName(text.value) else {
            mapping.mistake(key, "is no header name (letters, digits and -_.~!#$%&'*+^`|)")
            return nil
        }
        return text.value
    }
}
