// The books with real processes: adjust, statement, export, edit, import, backup, verify.

import ExactJSON
import Foundation
import Testing

@Suite("The books", .timeLimit(.minutes(5)))
struct BookTests {
    private static let used = "ai_credits_used_credits{organization=\"acme\"}"
    private static let blocked = "ai_credits_limit_blocked{organization=\"acme\"}"

    private static func configuration(_ simulator: Simulator, ledger: String) -> String {
        AgentFile.text(
            organizations: AgentFile.organization(
                "acme", base: "1000",
                ", pricing: {currency: USD, base: \"0.010\", overage: \"0.015\"}"
                    + ", products: [{id: assistant}, {id: studio}]"),
            sources: AgentFile.source("usage", of: "acme", at: simulator.url + "/v1/usage"),
            ledger: ledger)
    }

    private static func run(
        _ arguments: [String], in folder: TemporaryFolder, file: String = "agent.yml",
        expecting code: Int32 = 0
    ) async throws -> CommandResult {
        let result = try await Agent.run(arguments, in: folder, configuration: file)
        #expect(result.end == .exited(code), "\(arguments): \(result.text)")
        return result
    }

    private static func adjust(_ credits: String) -> [String] {
        [
            "ledger", "adjust", "--product", "studio", "--credits", credits, "--reason",
            "agreed, \"by mail\"",
        ]
    }

    @Test("a balance changed by hand is followed at once, and the books can be carried elsewhere")
    func story() async throws {
        let folder = try TemporaryFolder()
        let simulator = try await Simulator.start(in: folder)
        defer { simulator.process.kill() }
        let day = try await simulator.today()
        try folder.write(Self.configuration(simulator, ledger: "ledger.db"), to: "agent.yml")
        try folder.write(Self.configuration(simulator, ledger: "copy.db"), to: "copy.yml")
        let agent = try await Agent.start(in: folder)
        defer { agent.process.kill() }
        try await simulator.state("900.5", of: "assistant", on: day)
        try await simulator.state("300", of: "studio", on: day)
        try await agent.waitFor(Self.used, is: "1200.5")
        try await agent.waitFor(Self.blocked, is: "1")
        try await adjust(agent, in: folder)
        try await lookBesideAgent(agent, in: folder, day: day)
        #expect(try await agent.stop() == .exited(0), "\(agent.process.error)")
        for format in ["csv", "jsonl"] { try await carry(format, in: folder) }
        try await refuseEdits(in: folder)
        try await goOn(simulator, in: folder, day: day)
    }

    /// Gives credits back: entry, metrics and gate follow before the command ends.
    private func adjust(_ agent: Agent, in folder: TemporaryFolder) async throws {
        let result = try await Self.run(Self.adjust("-300.5"), in: folder)
        #expect(result.output.contains("adjustment of -300.5 credits for studio on "))
        #expect(try await agent.metrics()[Self.used] == "900")
        #expect(try await agent.gate("acme").status == 200)
        let refused = try await Self.run(Self.adjust("0"), in: folder, expecting: 1)
        #expect(refused.error.contains("changes nothing"))
        let wrong = try await Self.run(
            ["ledger", "adjust", "--product", "studio", "--credits", "1"], in: folder,
            expecting: 64)
        #expect(wrong.error.contains("--reason"))
        let overHTTP = try await agent.get("/api/v1/organizations/acme/entries")
        #expect(overHTTP.status == 403)
        #expect(overHTTP.text.contains("`api_tokens`"))
    }

    /// Statement, verification, export and backup do not disturb a running agent.
    private func lookBesideAgent(
        _ agent: Agent, in folder: TemporaryFolder, day: String
    ) async throws {
        let month = String(day.prefix(7))
        let statement = try JSONReader.read(
            Array(
                try await Self.run(["statement", month, "--format", "json"], in: folder)
                    .output.utf8))
        #expect(statement["used"]?.numberLexeme == "900")
        #expect(statement["overage"]?.numberLexeme == "0")
        #expect(statement["cost"]?["base"]?.numberLexeme == "9")
        #expect(statement["adjustments"]?.numberLexeme == "1")
        #expect(statement["status"]?.stringValue == "open")
        let former = try await Self.run(
            ["statement", month, "--as-known-at", "\(month)-01T00:00:00Z"], in: folder)
        #expect(former.output.contains("used"))
        _ = try await Self.run(["statement", "9999-01"], in: folder, expecting: 1)
        let verified = try await Self.run(["ledger", "verify"], in: folder)
        #expect(verified.output.contains("whole"))
        _ = try await Self.run(["ledger", "backup", folder.file("backup.db")], in: folder)
        let again = try await Self.run(
            ["ledger", "backup", folder.file("backup.db")], in: folder, expecting: 1)
        #expect(again.error.contains("exists already"))
        try folder.write(
            folder.read("agent.yml").replacing("sqlite:ledger.db", with: "sqlite:backup.db"),
            to: "backup.yml")
        let copy = try await Self.run(["ledger", "verify"], in: folder, file: "backup.yml")
        #expect(copy.output == verified.output)
    }

    /// Export, import into an empty ledger, export again: the same bytes.
    private func carry(_ format: String, in folder: TemporaryFolder) async throws {
        for name in ["copy.db", "copy.db-wal", "copy.db-shm", "copy.db.lock"] {
            try? FileManager.default.removeItem(atPath: folder.file(name))
        }
        let file = folder.file("books.\(format)")
        let exported = try await Self.run(
            ["ledger", "export", "--format", format, "--output", file], in: folder)
        let imported = try await Self.run(
            ["ledger", "import", file], in: folder, file: "copy.yml")
        #expect(imported.output == exported.error, "the ends of the chains are the same")
        #expect(imported.output.contains("ends with hash "))
        #expect(imported.error.contains("the keys under which adjustments were made"))
        let again = try await Self.run(
            ["ledger", "export", "--format", format], in: folder, file: "copy.yml")
        #expect(again.output == folder.read("books.\(format)"))
        _ = try await Self.run(["ledger", "verify"], in: folder, file: "copy.yml")
        let second = try await Self.run(
            ["ledger", "import", file], in: folder, file: "copy.yml", expecting: 1)
        #expect(second.error.contains("the ledger is not empty"))
    }

    /// A file in which one figure was changed is refused, and the entry is named.
    private func refuseEdits(in folder: TemporaryFolder) async throws {
        try folder.write(
            folder.read("agent.yml").replacing("sqlite:ledger.db", with: "sqlite:none.db"),
            to: "none.yml")
        let books = folder.read("books.csv")
        try #require(books.contains(",-300.5,"))
        try folder.write(books.replacing(",-300.5,-300.5,", with: ",-30.5,-30.5,"), to: "edit.csv")
        let lines = books.split(separator: "\n").map(String.init)
        let place = try #require(lines.firstIndex { $0.contains(",-300.5,") })
        let refused = try await Self.run(
            ["ledger", "import", folder.file("edit.csv")], in: folder, file: "none.yml",
            expecting: 1)
        #expect(
            refused.error.contains("line \(place + 1): entry \(place) of acme was edited"),
            "\(refused.error)")
        #expect(refused.error.contains("nothing was imported"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("none.db")))
        // Taken as it is, the ledger's own verification names the entry.
        _ = try await Self.run(
            ["ledger", "import", "--take-edited", folder.file("edit.csv")], in: folder,
            file: "none.yml")
        let examined = try await Self.run(
            ["ledger", "verify"], in: folder, file: "none.yml", expecting: 1)
        #expect(examined.output.contains("acme: entry \(place): was altered"), "\(examined.text)")
        let judged = try await Self.run(
            ["ledger", "verify", folder.file("edit.csv")], in: folder, expecting: 1)
        #expect(judged.output.contains("entries, 1 finding\n"), "\(judged.text)")
        #expect(
            judged.output.hasSuffix(
                "edit.csv: line \(place + 1): entry \(place) of acme was edited: its fields do "
                    + "not give its hash\n"), "\(judged.text)")
        let whole = try await Self.run(["ledger", "verify", folder.file("books.csv")], in: folder)
        #expect(whole.output.contains(", whole, ends with hash "), "\(whole.text)")
    }

    /// Polls go on from an imported ledger without posting anything again.
    private func goOn(
        _ simulator: Simulator, in folder: TemporaryFolder, day: String
    ) async throws {
        try folder.write(folder.read("copy.yml"), to: "agent.yml")
        let agent = try await Agent.start(in: folder, name: "again")
        defer { agent.process.kill() }
        try await agent.waitFor(
            "ai_credits_source_up{organization=\"acme\",source=\"usage\"}", is: "1")
        #expect(try await agent.metrics()[Self.used] == "900")
        try await simulator.state("901", of: "assistant", on: day)
        try await agent.waitFor(Self.used, is: "900.5")
        #expect(try await agent.stop() == .exited(0), "\(agent.process.error)")
        let unlocked = try await Self.run(Self.adjust("1.25"), in: folder)
        #expect(unlocked.output.contains("adjustment of 1.25 credits"))
        _ = try await Self.run(["ledger", "verify"], in: folder)
    }
}
