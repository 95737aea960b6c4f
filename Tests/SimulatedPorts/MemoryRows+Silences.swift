// Silences in memory.

import Alerting
import Credits
import Ports

extension MemoryRows {
    func silences() throws -> [Silence] {
        tables.silences.sorted { $0.key < $1.key }.map(\.value)
    }

    func putSilence(_ silence: Silence) throws {
        try change { $0.silences[ExactText(silence.id)] = silence }
    }

    func dropSilences(endedBefore instant: Timestamp) throws {
        try change { tables in
            tables.silences = tables.silences.filter { $0.value.endsAt >= instant.milliseconds }
        }
    }
}
