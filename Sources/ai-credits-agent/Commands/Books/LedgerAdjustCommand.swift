// `ledger adjust`: one entry by hand, with a reason.

import AgentCommands
import ArgumentParser
import Credits
import ExactJSON

extension LedgerCommand {
    /// Posts an adjustment.
    struct Adjust: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Post an entry by hand: so many credits more or less were used.",
            discussion: """
                Credits above 0 count as used, credits below 0 take use back: \
                `--credits -500` gives 500 credits back. The limit, the gate and the alerts \
                follow at once. Sources never touch an entry made by hand.
                """)

        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var target: OrganizationOptions

        @Option(help: ArgumentHelp("The product.", valueName: "id"))
        var product: String

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("Credits more (above 0) or less (below 0).", valueName: "credits"),
            transform: CreditAmount.init(reading:))
        var credits: CreditAmount

        @Option(help: ArgumentHelp("The day it counts for; default today.", valueName: "day"))
        var day: CalendarDay?

        @Option(help: ArgumentHelp("Why, for the entry and the audit.", valueName: "text"))
        var reason: String

        @Option(
            help: ArgumentHelp(
                "A name of this change; given again with it, nothing is posted twice.",
                valueName: "text"))
        var idempotencyKey: String?

        @Flag(help: "A balance brought in from elsewhere, not a correction.")
        var opening = false

        func run() async throws {
            let configuration = try LoadedConfiguration.read(options.file, checksSecrets: false)
            let organization = try LoadedConfiguration.organization(
                target.organization, in: configuration)
            let entry = try await AgentSession.with(configuration) { session in
                try await session.ask(.adjustment(of: organization, body: body))
            }
            StandardStream.output.write(AdjustmentReport(organization, entry).text)
        }

        private var body: JSONValue {
            var members: [(String, JSONValue)] = [
                // As text, so that no digit is lost on the way.
                ("product", .string(product)), ("credits", .string(credits.description)),
                ("reason", .string(reason)),
                ("kind", .string(opening ? "opening" : "adjustment")),
            ]
            if let idempotencyKey { members.append(("idempotency_key", .string(idempotencyKey))) }
            if let day { members.append(("day", .string(day.description))) }
            return .object(JSONObject(members))
        }
    }
}
