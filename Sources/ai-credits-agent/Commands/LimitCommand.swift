// `limit show`, `limit set hard`, `limit set soft CREDITS`.

import AgentCommands
import AgentConfiguration
import ArgumentParser
import Credits
import ExactJSON

/// Shows and changes limits.
struct LimitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit", abstract: "Show or change the limit of an organization.",
        subcommands: [Show.self, Set.self])

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
            abstract: "Change the limit.", subcommands: [Hard.self, Soft.self])
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
        members.append(("reason", .string(change.reason)))
        if let until = change.until { members.append(("until", .string(until.description))) }
        return .object(JSONObject(members))
    }

    private func print(_ request: ControlRequest) async throws {
        let limit = try await AgentSession.with(configuration) { session in
            try await session.ask(request)
        }
        StandardStream.output.write(
            LimitReport(organization: organization, limit: limit).text)
    }
}
