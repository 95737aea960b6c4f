// What the styles of sources remember between polls.

import Ports

extension SQLRows {
    func sourceState(of source: String) throws -> String? {
        try run("SELECT state FROM source_states WHERE source = $1", [.text(source)]).first?.text(0)
    }

    func putSourceState(_ text: String, of source: String) throws {
        try run(
            """
            INSERT INTO source_states (source, state) VALUES ($1, $2)
            ON CONFLICT (source) DO UPDATE SET state = excluded.state
            """, [.text(source), .text(text)])
    }
}
