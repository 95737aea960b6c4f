// One entry of `sources` in agent.yml: everything a poll needs to know, checked at load.
//
// 1. Paths, placeholders, URLs, headers and rates of a definition are valid.
// 2. Secrets are references; the caller resolves them (see ResolvedAuthentication).

import Credits
import PositionedYAML

/// How a source reports usage. Source: contract section 2, key `style`.
package enum SourceStyle: String, Sendable, Hashable, CaseIterable {
    /// An absolute value per day and product, restated at will.
    case daily
    case counter
    case events
    case balance
    case prometheus

    /// The styles that this version polls.
    package static let available: [SourceStyle] = [.daily]
}

/// What a key that a complete poll of its day leaves out means.
package enum AbsentKeyRule: String, Sendable, Hashable, CaseIterable {
    /// The vendor lists every day: absent is zero.
    case zero
    /// The vendor lists only what it has: absent changes nothing.
    case keep
    /// Absent in two complete polls in a row is zero.
    case confirm
}

/// What happens to a row whose day lies outside the window of the poll.
package enum OutsideWindowRule: String, Sendable, Hashable, CaseIterable {
    /// The poll fails.
    case reject
    /// The row is passed over and counted.
    case ignore
}

/// Which days a source is asked for.
package struct WindowDefinition: Sendable, Equatable {
    /// The zone of the source's days; nil means the organization's.
    package let calendar: ZonedCalendar?
    /// How many days before today are asked for at least.
    package let lookbackDays: Int64

    /// Three days, the organization's zone.
    package static let standard = WindowDefinition(calendar: nil, lookbackDays: 3)

    /// A window definition.
    package init(calendar: ZonedCalendar?, lookbackDays: Int64) {
        self.calendar = calendar
        self.lookbackDays = lookbackDays
    }
}

/// A usage source as configured. Source: contract section 2.
package struct SourceDefinition: Sendable, Equatable {
    /// Default of `every` in milliseconds.
    package static let defaultEveryMilliseconds: Int64 = 60_000
    /// Default of `poll_deadline` in milliseconds.
    package static let defaultDeadlineMilliseconds: Int64 = 10_000
    /// Default of `report_lag` in milliseconds.
    package static let defaultReportLagMilliseconds: Int64 = 900_000

    /// Stable identifier, part of every ledger key.
    package let id: String
    /// Identifier of the organization whose usage it reports.
    package let organization: String
    /// How it reports.
    package let style: SourceStyle
    /// Milliseconds from one poll to the next.
    package let everyMilliseconds: Int64
    /// Milliseconds that a poll may take, retries included.
    package let pollDeadlineMilliseconds: Int64
    /// Identifiers of the sources whose keys it takes over.
    package let replaces: [String]
    /// Milliseconds after which a complete poll reports what was used.
    package let reportLagMilliseconds: Int64
    /// Which days are asked for.
    package let window: WindowDefinition
    /// What happens to rows of other days.
    package let outsideWindow: OutsideWindowRule
    /// What an absent key means.
    package let absent: AbsentKeyRule
    /// The request.
    package let request: RequestDefinition
    /// How the pages of an answer follow each other; nil for a single page.
    package let pagination: PaginationDefinition?
    /// How rows become readings.
    package let mapping: RowMapping
    /// Where the source is defined.
    package let position: SourcePosition
    /// Where its identifier is written.
    package let idPosition: SourcePosition
    /// Where the identifier of its organization is written.
    package let organizationPosition: SourcePosition

    /// Every secret that a poll needs, with its place.
    package var secretReferences: [Positioned<SecretReference>] {
        request.authentication.secretReferences
    }

    /// The same source read as one page, as a saved answer is.
    package func withoutPagination() -> SourceDefinition {
        SourceDefinition(
            id: id, organization: organization, style: style,
            everyMilliseconds: everyMilliseconds,
            pollDeadlineMilliseconds: pollDeadlineMilliseconds, replaces: replaces,
            reportLagMilliseconds: reportLagMilliseconds, window: window,
            outsideWindow: outsideWindow, absent: absent, request: request, pagination: nil,
            mapping: mapping, position: position, idPosition: idPosition,
            organizationPosition: organizationPosition)
    }
}
