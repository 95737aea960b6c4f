// `limit show`, `limit set hard`, `limit set soft CREDITS`, `limit set cap CREDITS` and
// `limit history`.

import AgentCommands
import AgentConfiguration
import ArgumentParser
import Credits
import ExactJSON

/// Shows and changes limits.
struct LimitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit", abstract: "Show or change the limit of an organization.",
        subcommands: [Show.self, Set.self, History.self])

    /// Prints the limit in force.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the limit in force.")

        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var target: OrganizationOptions

        func run() async throws {
            let command = try LimitAccess(options, target)
            try await command.show()
        }
    }

    /// Changes the limit.
    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change the limit.", subcommands: [Hard.self, Soft.self, Cap.self])
    }

    /// Prints what changed.
    struct History: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show changes, blocks and resumes with who or what caused them, newest first."
        )

        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var target: OrganizationOptions

        @Option(help: ArgumentHelp("The most lines, up to 1000.", valueName: "number"))
        var limit = 20

        func validate() throws {
            guard (1...1000).contains(limit) else {
                throw ValidationError("--limit must be from 1 to 1000")
            }
        }

        func run() async throws {
            try await LimitAccess(options, target).history(limit)
        }
    }

    /// Blocks at the base allocation.
    struct Hard: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Block once the base allocation is used up.")

        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var target: OrganizationOptions
        @OptionGroup var change: LimitChangeOptions

        func run() async throws {
            try await LimitAccess(options, target).set(.hard, change)
        }
    }

    /// Allows so much beyond the base allocation.
    struct Soft: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Allow CREDITS beyond the base allocation, then block.")

        @Argument(
            help: ArgumentHelp("Credits beyond the base allocation.", valueName: "credits"),
            transform: AllowanceArgument.init(reading:))
        var allowance: AllowanceArgument

        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var target: OrganizationOptions
        @OptionGroup var change: LimitChangeOptions

        func run() async throws {
            try await LimitAccess(options, target)
                .set(.soft(allowance: allowance.amount), change)
        }
    }
}

extension LimitCommand {
    /// Limits one product inside the organization's limit.
    struct Cap: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Allow a product at most CREDITS a month, inside the limit.")

        @Argument(
            help: ArgumentHelp(
                "The most that the product may use in a month; `none` for no cap.",
                valueName: "credits"),
            transform: CapArgument.init(reading:))
        var cap: CapArgument

        @Option(help: ArgumentHelp("The product.", valueName: "id"))
        var product: String

        @OptionGroup var options: ConfigurationOptions
        @OptionGroup var target: OrganizationOptions
        @OptionGroup var change: LimitChangeOptions

        func run() async throws {
            try await LimitAccess(options, target).set(cap, of: product, change)
        }
    }
}

/// The limit of one organization, in the running agent or in the ledger.
private struct LimitAccess {
    private let configuration: AgentConfiguration
    private let organization: String

    init(_ options: ConfigurationOptions, _ target: OrganizationOptions) throws {
        configuration = try LoadedConfiguration.read(options.file, checksSecrets: false)
        organization = try LoadedConfiguration.organization(
            target.organization, in: configuration)
    }

    func show() async throws {
        try await print(.limit(of: organization))
    }

    func set(_ policy: LimitPolicy, _ change: LimitChangeOptions) async throws {
        try await print(.limit(of: organization, body: Self.body(policy, change)))
    }

    private static func body(_ policy: LimitPolicy, _ change: LimitChangeOptions) -> JSONValue {
        var members: [(String, JSONValue)] = [("mode", .string(policy.mode.rawValue))]
        // As text, so that no digit is lost on the way.
        if policy.mode == .soft {
            members.append(("allowance", .string(policy.allowance.description)))
        }
        return .object(JSONObject(members + Self.members(of: change)))
    }

    func set(_ cap: CapArgument, of product: String, _ change: LimitChangeOptions) async throws {
        let amount = cap.amount.map { JSONValue.string($0.description) } ?? .null
        let body = JSONObject([("cap", amount)] + Self.members(of: change))
        try await print(
            .cap(of: Identifier.normalized(product), in: organization, body: .object(body)))
    }

    func history(_ limit: Int) async throws {
        let report = try await AgentSession.with(configuration) { session in
            ChangeReport(
                changes: try await session.ask(.audit(of: organization, limit: limit)),
                transitions: try await session.ask(.transitions(of: organization, limit: limit)),
                limit: limit)
        }
        StandardStream.output.write(report.text)
    }

    private static func members(of change: LimitChangeOptions) -> [(String, JSONValue)] {
        [("reason", .string(change.reason))]
            + (change.until.map { [("until", .string($0.description))] } ?? [])
    }

    private func print(_ request: ControlRequest) async throws {
        let limit = try await AgentSession.with(configuration) { session in
            try await session.ask(request)
        }
        StandardStream.output.write(
            LimitReport(organization: organization, limit: limit).text)
    }
}
