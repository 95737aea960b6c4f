// The command line of `serve`, named as Prometheus names its flags.

import ArgumentParser
import Logging

/// The least level that is logged.
package enum LogLevel: String, Sendable, CaseIterable, ExpressibleByArgument {
    case debug
    case info
    case warn
    case error

    /// swift-log's level.
    package var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warn: .warning
        case .error: .error
        }
    }
}

extension LogFormat: ExpressibleByArgument {}

/// What `serve` is told.
package struct ServeOptions: ParsableArguments {
    @OptionGroup package var configuration: ConfigurationOptions

    @Option(
        name: .customLong("web.listen-address"), parsing: .singleValue,
        help: ArgumentHelp(
            "Address to listen on: HOST:PORT or :PORT. May be repeated.", valueName: "address"))
    package var listenAddresses = [":10190"]

    @Option(
        name: .customLong("web.config.file"),
        help: ArgumentHelp(
            "TLS, users and headers of the web, in the schema of exporter-toolkit.",
            valueName: "path"))
    package var webConfigurationFile: String?

    @Option(
        name: .customLong("web.external-url"),
        help: ArgumentHelp("The URL under which people reach the agent.", valueName: "url"))
    package var externalURL: String?

    @Flag(
        name: .customLong("web.enable-lifecycle"), help: "Reload by POST /-/reload.")
    package var enablesLifecycle = false

    @Option(
        name: .customLong("log.level"),
        help: ArgumentHelp("The least level that is logged.", valueName: "level"))
    package var logLevel = LogLevel.info

    @Option(
        name: .customLong("log.format"),
        help: ArgumentHelp("How log lines are written.", valueName: "format"))
    package var logFormat = LogFormat.logfmt

    /// Parsed from the command line.
    package init() {}

    package mutating func validate() throws {
        if let externalURL {
            let rest = ["http://", "https://"].compactMap { scheme in
                externalURL.hasPrefix(scheme) ? externalURL.dropFirst(scheme.count) : nil
            }.first
            guard let rest, !rest.isEmpty, !rest.hasPrefix("/") else {
                throw ValidationError(
                    "--web.external-url: expected a URL such as https://agent.example.com")
            }
        }
    }
}
