// Options of `silence add`, named as amtool names them.

import ArgumentParser
import Credits
import PositionedYAML

/// When a silence holds, who asks for it and why.
package struct SilenceOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("Why.", valueName: "text"))
    package var comment = ""

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("How long it holds, such as 2h (1h when not told).", valueName: "time"))
    package var duration: PrometheusDuration?

    @Option(
        help: ArgumentHelp(
            "When it begins, such as 2026-12-01T00:00:00Z (now when not told).",
            valueName: "instant"))
    package var start: Timestamp?

    @Option(help: ArgumentHelp("When it ends, instead of --duration.", valueName: "instant"))
    package var end: Timestamp?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Who asks for it (this user when not told).", valueName: "name"))
    package var author: String?

    /// Parsed from the command line.
    package init() {}
}

extension PrometheusDuration: ExpressibleByArgument {
    /// A duration such as `1h30m`.
    package init?(argument: String) {
        guard let duration = PrometheusDuration.parse(argument) else { return nil }
        self = duration
    }
}

extension SilenceFormat: ExpressibleByArgument {}
