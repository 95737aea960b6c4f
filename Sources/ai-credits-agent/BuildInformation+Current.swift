// What this build says about itself; nothing guesses.

import Agent
import AgentCommands
import CBuildStamp
import CurlTransport
import GRDB

extension BuildInformation {
    private static let versionConstant = "0.1.0"

    /// The versions of the running program.
    static let current = BuildInformation(
        version: versionConstant, revision: sourceRevision, swiftVersion: compiler,
        curlVersion: libcurlVersion(), storeVersion: "SQLite \(sqliteVersion)")

    /// The lines of `--version`.
    static var versionText: String {
        VersionText(
            name: "ai-credits-agent", version: current.version, revision: current.revision,
            details: [
                ("build date", buildDate), ("swift version", current.swiftVersion),
                ("libcurl version", current.curlVersion), ("sqlite version", sqliteVersion),
                ("platform", platform),
            ]
        ).text
    }

    private static var sourceRevision: String { String(cString: ai_credits_build_revision()) }

    private static var buildDate: String { String(cString: ai_credits_build_date()) }

    /// The product token of outgoing requests.
    static var userAgent: String { "ai-credits-agent/\(current.version)" }

    private static var sqliteVersion: String {
        let number = Database.sqliteLibVersionNumber
        return "\(number / 1_000_000).\(number / 1000 % 1000).\(number % 1000)"
    }

    private static var compiler: String {
        #if compiler(>=6.5)
            "6.5 or later"
        #elseif compiler(>=6.4)
            "6.4"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }

    private static var platform: String {
        #if os(Linux)
            let system = "linux"
        #else
            let system = "unknown"
        #endif
        #if arch(x86_64)
            return "\(system)/amd64"
        #elseif arch(arm64)
            return "\(system)/arm64"
        #else
            return "\(system)/unknown"
        #endif
    }
}
