// What makes the outbox fast: the heads of its lanes are marked, and found by an index.

extension SQLMigration {
    /// Columns and indexes of lanes and claims.
    static func outboxLanes(_ dialect: SQLDialect) -> [String] {
        [
            "ALTER TABLE outbox ADD COLUMN head BIGINT NOT NULL DEFAULT 0",
            "ALTER TABLE outbox ADD COLUMN claimed BIGINT NOT NULL DEFAULT 0",
            "ALTER TABLE outbox ADD COLUMN queued_at BIGINT NOT NULL DEFAULT 0",
            "UPDATE outbox SET queued_at = created_at",
            "DROP INDEX outbox_by_lane",
            """
            CREATE INDEX outbox_lanes ON outbox
                (receiver, integration, integration_index, lane_group, sequence)
                WHERE state = 'pending'
            """,
            """
            CREATE INDEX outbox_heads ON outbox
                (receiver, integration, integration_index, next_attempt_at, sequence)
                WHERE head = 1
            """,
            "CREATE INDEX outbox_kept ON outbox (receiver, state, created_at) WHERE state <> 'sent'",
            "CREATE INDEX outbox_sent ON outbox (ended_at) WHERE state = 'sent'",
            """
            UPDATE outbox SET head = 1
            WHERE state = 'pending' AND sequence = (
                SELECT MIN(older.sequence) FROM outbox AS older
                WHERE older.state = 'pending' AND older.receiver = outbox.receiver
                    AND older.integration = outbox.integration
                    AND older.integration_index = outbox.integration_index
                    AND older.lane_group = outbox.lane_group
            )
            """,
        ]
    }
}
