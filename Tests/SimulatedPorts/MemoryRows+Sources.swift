// What sources remember between polls, in memory.

import Ports

extension MemoryRows {
    func sourceState(of source: String) throws -> String? {
        tables.sourceStates[ExactText(source)]
    }

    func putSourceState(_ text: String, of source: String) throws {
        try change { $0.sourceStates[ExactText(source)] = text }
    }
}
