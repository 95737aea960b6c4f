// Keys that this version knows and does not take: a clear word instead of "not known".

import PositionedYAML

extension MappingDecoder {
    /// Refuses keys of the full schema that this version does not build yet.
    mutating func refuseLater(_ names: [String]) {
        for name in names where isWritten(name) && contains(name) {
            mistake(name, "`\(name)` is not available in this version; remove it")
        }
    }

    /// Refuses a key that goes by another name here.
    mutating func refuseRenamed(_ name: String, to other: String) {
        guard isWritten(name), contains(name) else { return }
        mistake(name, "`\(name)` is not known here; write `\(other)`")
    }

    // Asking for a key makes it a candidate for "did you mean", so only written ones are asked.
    private func isWritten(_ name: String) -> Bool {
        keys.contains { $0.value == name }
    }
}
