// Options that several commands share.

import ArgumentParser
import Credits

/// Where the configuration is.
package struct ConfigurationOptions: ParsableArguments {
    @Option(
        name: .customLong("config.file"),
        help: ArgumentHelp("The configuration file.", valueName: "path"))
    package var file = "agent.yml"

    /// Parsed from the command line.
    package init() {}
}

/// Which organization a command is about.
package struct OrganizationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The organization; may be left out when there is only one.", valueName: "id"))
    package var organization: String?

    /// Parsed from the command line.
    package init() {}
}

/// Why and for how long a limit is changed.
package struct LimitChangeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Why, for the audit.", valueName: "text"))
    package var reason = ""

    @Option(
        help: ArgumentHelp(
            "When the change ends by itself, such as 2026-12-01T00:00:00Z.", valueName: "instant"))
    package var until: Timestamp?

    /// Parsed from the command line.
    package init() {}
}

extension Timestamp: ExpressibleByArgument {
    /// An instant in RFC 3339.
    package init?(argument: String) {
        self.init(rfc3339: argument)
    }
}

/// An amount of 0 credits or more on the command line.
package struct AllowanceArgument: Sendable, Hashable {
    /// The amount.
    package let amount: CreditAmount

    /// Reads a decimal number of credits, 0 or more.
    ///
    /// - Throws: `ValidationError` in words.
    package init(reading argument: String) throws {
        amount = try CreditAmount(reading: argument)
        if amount.isNegative { throw ValidationError("an allowance is 0 or more credits") }
    }
}

/// The cap of a product on the command line.
package struct CapArgument: Sendable, Hashable {
    /// The cap; nil for none.
    package let amount: CreditAmount?

    /// Reads a decimal number of credits, 0 or more, or `none`.
    ///
    /// - Throws: `ValidationError` in words.
    package init(reading argument: String) throws {
        amount = argument == "none" ? nil : try CreditAmount(reading: argument)
        if amount?.isNegative == true { throw ValidationError("a cap is 0 or more credits") }
    }
}

extension CalendarDay: ExpressibleByArgument {
    /// A day such as 2026-11-30.
    package init?(argument: String) {
        self.init(iso: argument)
    }
}

extension BillingMonth: ExpressibleByArgument {
    /// A month such as 2026-11.
    package init?(argument: String) {
        self.init(iso: argument)
    }
}

extension CreditAmount {
    /// Reads a decimal number of credits on the command line, also below 0.
    ///
    /// - Throws: `ValidationError` in words.
    package init(reading argument: String) throws {
        do throws(AmountError) {
            try self.init(exactly: argument)
        } catch {
            throw ValidationError(error.description)
        }
    }
}

extension UsageFormat: ExpressibleByArgument {}

extension EntryFileFormat: ExpressibleByArgument {}
