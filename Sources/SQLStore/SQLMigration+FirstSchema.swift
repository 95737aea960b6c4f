// Schema version 1. Days are days since 1970-01-01, instants milliseconds since 1970, credits
// micro-credits. Text is ordered by its bytes.

extension SQLMigration {
    /// The tables of schema version 1.
    static func firstSchema(_ dialect: SQLDialect) -> [String] {
        ledgerTables(dialect) + dialect.appendOnly("entries") + organizationTables(dialect)
            + alertTables(dialect) + outboxTables(dialect)
    }

    private static func ledgerTables(_ dialect: SQLDialect) -> [String] {
        let text = dialect.text + " NOT NULL"
        return [
            """
            CREATE TABLE entries (
                organization \(text), sequence BIGINT NOT NULL, day BIGINT NOT NULL,
                product \(text), kind \(text), credits BIGINT NOT NULL,
                quantity \(text), unit \(text), rate \(text),
                source \(text), key \(text), revision BIGINT NOT NULL,
                poll \(text), recorded_at BIGINT NOT NULL, note \(text),
                previous_hash \(text), hash \(text),
                PRIMARY KEY (organization, sequence)
            )
            """,
            "CREATE UNIQUE INDEX entries_by_key ON entries (key, revision) WHERE key <> ''",
            """
            CREATE TABLE chain_heads (
                organization \(text) PRIMARY KEY, sequence BIGINT NOT NULL, hash \(text)
            )
            """,
            """
            CREATE TABLE posted_keys (
                key \(text) PRIMARY KEY, source \(text), organization \(text), product \(text),
                unit \(text), day BIGINT NOT NULL, credits BIGINT NOT NULL,
                revision BIGINT NOT NULL
            )
            """,
            "CREATE INDEX posted_keys_by_day ON posted_keys (organization, day)",
            """
            CREATE TABLE polls (
                id \(text) PRIMARY KEY, source \(text), organization \(text),
                first_day BIGINT NOT NULL, last_day BIGINT NOT NULL,
                started_at BIGINT NOT NULL, recorded_at BIGINT NOT NULL,
                page_count BIGINT NOT NULL, row_count BIGINT NOT NULL
            )
            """,
            """
            CREATE TABLE source_successes (
                source \(text) PRIMARY KEY, succeeded_at BIGINT NOT NULL
            )
            """,
            "CREATE TABLE counters (name \(text) PRIMARY KEY, value BIGINT NOT NULL)",
        ]
    }

    private static func organizationTables(_ dialect: SQLDialect) -> [String] {
        let text = dialect.text + " NOT NULL"
        return [
            """
            CREATE TABLE products (
                organization \(text), id \(text), was_ever_enabled BIGINT NOT NULL,
                PRIMARY KEY (organization, id)
            )
            """,
            """
            CREATE TABLE terms (
                organization \(text), position BIGINT NOT NULL, part \(text),
                amount BIGINT, limit_mode \(dialect.text), limit_owner \(dialect.text),
                currency \(dialect.text), base_price \(dialect.text),
                overage_price \(dialect.text), time_zone \(dialect.text),
                effective_from BIGINT NOT NULL, effective_until BIGINT,
                recorded_at BIGINT NOT NULL, changed_by \(text), reason \(text),
                PRIMARY KEY (organization, position)
            )
            """,
            """
            CREATE TABLE limit_transitions (
                organization \(text), position BIGINT NOT NULL, kind \(text),
                happened_at BIGINT NOT NULL, cause \(text), used BIGINT NOT NULL,
                credit_limit BIGINT NOT NULL,
                PRIMARY KEY (organization, position)
            )
            """,
            """
            CREATE TABLE audits (
                organization \(text), position BIGINT NOT NULL, happened_at BIGINT NOT NULL,
                actor \(text), action \(text), state_before \(text), state_after \(text),
                reason \(text),
                PRIMARY KEY (organization, position)
            )
            """,
        ]
    }

    private static func alertTables(_ dialect: SQLDialect) -> [String] {
        let text = dialect.text + " NOT NULL"
        return [
            """
            CREATE TABLE alert_records (
                rule_identity \(text), labels \(text), annotations \(text), phase \(text),
                active_at BIGINT NOT NULL, fired_at BIGINT, resolved_at BIGINT,
                keep_firing_since BIGINT, last_sent_at BIGINT, value_bits BIGINT NOT NULL,
                PRIMARY KEY (rule_identity, labels)
            )
            """,
            """
            CREATE TABLE notification_log (
                receiver \(text), integration \(text), integration_index BIGINT NOT NULL,
                group_key \(text), firing \(text), resolved \(text), sent_at BIGINT NOT NULL,
                PRIMARY KEY (receiver, integration, integration_index, group_key)
            )
            """,
        ]
    }

    private static func outboxTables(_ dialect: SQLDialect) -> [String] {
        let text = dialect.text + " NOT NULL"
        return [
            """
            CREATE TABLE outbox (
                id \(text) PRIMARY KEY, sequence BIGINT NOT NULL UNIQUE,
                receiver \(text), integration \(text), integration_index BIGINT NOT NULL,
                lane_group \(text), content_type \(text), body \(dialect.bytes),
                created_at BIGINT NOT NULL, attempts BIGINT NOT NULL,
                next_attempt_at BIGINT NOT NULL, generation BIGINT NOT NULL, state \(text),
                last_error \(text), ended_at BIGINT
            )
            """,
            """
            CREATE INDEX outbox_by_lane ON outbox
                (state, receiver, integration, integration_index, lane_group, sequence)
            """,
            "CREATE INDEX outbox_by_sequence ON outbox (state, sequence)",
        ]
    }
}
