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
    package static let available = SourceStyle.allCases

    /// Whether each row says its day.
    package var hasDays: Bool { self == .daily || self == .events }
}

/// What happens to a row whose day lies outside the window of the poll.
package enum OutsideWindowRule: String, Sendable, Hashable, CaseIterable {
    /// The poll fails.
    case reject
    /// The row is passed over and counted.
    case ignore
}

/// A usage source as configured. Source: contract section 2.
///
/// Shared, not copied: every step of a poll holds it.
package final class SourceDefinition: Sendable, Equatable {
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
    /// How what it reports becomes readings.
    package let rules: StyleRules
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
    /// A longer look-back now and then; nil for none.
    package let sweep: SweepDefinition?
    /// Whether it is also polled just before and just after its midnight.
    package let pollsAroundDayEdge: Bool
    /// What happens to rows of other days.
    package let outsideWindow: OutsideWindowRule
    /// Of sources with a rank that report the same usage the highest counts, once it has covered
    /// a day; nil adds up with all others.
    package let authority: Int64?
    /// When days are final.
    package let finality: FinalityDefinition
    /// A clock that differs more from the source's, in milliseconds, fails the poll; nil allows
    /// any difference.
    package let mostClockSkewMilliseconds: Int64?
    /// What an absent key means.
    package let absent: AbsencePolicy
    /// The request.
    package let request: RequestDefinition
    /// How much it may be asked.
    package let courtesy: CourtesyRules
    /// What comes before the request; nil for nothing.
    package let job: JobDefinition?
    /// The files that the answer names; nil when it holds the rows itself.
    package let download: DownloadDefinition?
    /// Conditions on every answer.
    package let checks: [AnswerCheck]
    /// So many rows in one answer mean that it may be cut off; nil when there is no such cap.
    package let maximumRows: Int?
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

    /// A definition of parts that were checked.
    init(
        id: String, organization: String, style: SourceStyle, rules: StyleRules,
        everyMilliseconds: Int64, pollDeadlineMilliseconds: Int64, replaces: [String],
        reportLagMilliseconds: Int64, window: WindowDefinition, sweep: SweepDefinition?,
        pollsAroundDayEdge: Bool, outsideWindow: OutsideWindowRule, authority: Int64?,
        finality: FinalityDefinition, mostClockSkewMilliseconds: Int64?, absent: AbsencePolicy,
        request: RequestDefinition, courtesy: CourtesyRules, job: JobDefinition?,
        download: DownloadDefinition?, checks: [AnswerCheck], maximumRows: Int?,
        pagination: PaginationDefinition?, mapping: RowMapping, position: SourcePosition,
        idPosition: SourcePosition, organizationPosition: SourcePosition
    ) {
        self.id = id
        self.organization = organization
        self.style = style
        self.rules = rules
        self.everyMilliseconds = everyMilliseconds
        self.pollDeadlineMilliseconds = pollDeadlineMilliseconds
        self.replaces = replaces
        self.reportLagMilliseconds = reportLagMilliseconds
        self.window = window
        self.sweep = sweep
        self.pollsAroundDayEdge = pollsAroundDayEdge
        self.outsideWindow = outsideWindow
        self.authority = authority
        self.finality = finality
        self.mostClockSkewMilliseconds = mostClockSkewMilliseconds
        self.absent = absent
        self.request = request
        self.courtesy = courtesy
        self.job = job
        self.download = download
        self.checks = checks
        self.maximumRows = maximumRows
        self.pagination = pagination
        self.mapping = mapping
        self.position = position
        self.idPosition = idPosition
        self.organizationPosition = organizationPosition
    }

    /// Every secret that a poll needs, with its place.
    package var secretReferences: [Positioned<SecretReference>] {
        request.authentication.secretReferences
    }

    /// The same source read as one page, as a saved answer is: no further pages, jobs and files,
    /// no checks that an older answer cannot meet.
    package func withoutPagination() -> SourceDefinition {
        SourceDefinition(
            id: id, organization: organization, style: style, rules: rules,
            everyMilliseconds: everyMilliseconds,
            pollDeadlineMilliseconds: pollDeadlineMilliseconds, replaces: replaces,
            reportLagMilliseconds: reportLagMilliseconds, window: window.asOneRequest, sweep: nil,
            pollsAroundDayEdge: pollsAroundDayEdge, outsideWindow: outsideWindow,
            authority: authority, finality: finality, mostClockSkewMilliseconds: nil,
            absent: absent, request: request, courtesy: courtesy, job: nil,
            download: nil, checks: checks.filter { $0.condition.placeholders.isEmpty },
            maximumRows: maximumRows, pagination: nil, mapping: mapping, position: position,
            idPosition: idPosition, organizationPosition: organizationPosition)
    }

    package static func == (left: SourceDefinition, right: SourceDefinition) -> Bool {
        if left === right { return true }
        return left.id == right.id
            && left.organization == right.organization
            && left.style == right.style
            && left.rules == right.rules
            && left.everyMilliseconds == right.everyMilliseconds
            && left.pollDeadlineMilliseconds == right.pollDeadlineMilliseconds
            && left.replaces == right.replaces
            && left.reportLagMilliseconds == right.reportLagMilliseconds
            && left.window == right.window
            && left.sweep == right.sweep
            && left.pollsAroundDayEdge == right.pollsAroundDayEdge
            && left.outsideWindow == right.outsideWindow
            && left.authority == right.authority
            && left.finality == right.finality
            && left.mostClockSkewMilliseconds == right.mostClockSkewMilliseconds
            && left.absent == right.absent
            && left.request == right.request
            && left.courtesy == right.courtesy
            && left.job == right.job
            && left.download == right.download
            && left.checks == right.checks
            && left.maximumRows == right.maximumRows
            && left.pagination == right.pagination
            && left.mapping == right.mapping
            && left.position == right.position
            && left.idPosition == right.idPosition
            && left.organizationPosition == right.organizationPosition
    }
}
