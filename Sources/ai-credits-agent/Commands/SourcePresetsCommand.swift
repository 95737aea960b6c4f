// `source presets` and `source preset`: what the program knows about vendors.

import AgentCommands
import ArgumentParser
import PositionedYAML
import SourcePresets

/// Lists the presets.
struct SourcePresetsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "presets", abstract: "List the presets that a source may name.")

    func run() throws {
        var table = TextTable(["NAME", "STYLE", "STANDING", "READS"])
        for name in PresetLibrary.shipped.names {
            guard let preset = try PresetLibrary.shipped.preset(named: name) else { continue }
            table.add([
                .text(preset.name), .text(preset.style), .text(preset.standing.rawValue),
                .text(preset.summary),
            ])
        }
        StandardStream.output.write(table.text)
    }
}

/// Prints one preset.
struct SourcePresetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preset",
        abstract: "Print a preset: what it reads, its parameters and its definition.")

    @Argument(help: ArgumentHelp("The preset.", valueName: "name"))
    var name: String

    func run() throws {
        guard let file = PresetLibrary.shipped.file(named: name) else {
            throw CommandFailure(PresetLibrary.shipped.unknown(name))
        }
        StandardStream.output.write(file.text)
    }
}
