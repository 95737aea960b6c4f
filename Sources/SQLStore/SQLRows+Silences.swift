// Silences: matchers are JSON text in the shape of Alertmanager's API.

import Alerting
import Credits
import ExactJSON
import Ports

extension SQLRows {
    func silences() throws -> [Silence] {
        try run(
            """
            SELECT id, matchers, starts_at, ends_at, updated_at, created_by, comment
            FROM silences ORDER BY id
            """
        ).map { row in
            Silence(
                id: try row.text(0), matchers: try StoredJSON.matchers(try row.text(1)),
                startsAt: try row.instant(2).milliseconds, endsAt: try row.instant(3).milliseconds,
                updatedAt: try row.instant(4).milliseconds, createdBy: try row.text(5),
                comment: try row.text(6))
        }
    }

    func putSilence(_ silence: Silence) throws {
        try run(
            """
            INSERT INTO silences (
                id, matchers, starts_at, ends_at, updated_at, created_by, comment
            ) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (id) DO UPDATE SET
                matchers = excluded.matchers, starts_at = excluded.starts_at,
                ends_at = excluded.ends_at, updated_at = excluded.updated_at,
                created_by = excluded.created_by, comment = excluded.comment
            """,
            [
                .text(silence.id), .text(SilenceMatchers.json(silence.matchers).text()),
                try kept(Timestamp(milliseconds: silence.startsAt)),
                try kept(Timestamp(milliseconds: silence.endsAt)),
                try kept(Timestamp(milliseconds: silence.updatedAt)),
                .text(silence.createdBy), .text(silence.comment),
            ])
    }

    func dropSilences(endedBefore instant: Timestamp) throws {
        try run("DELETE FROM silences WHERE ends_at < $1", [.integer(instant.milliseconds)])
    }
}
