// Alert states and the notification log: labels, annotations and fingerprints are JSON text,
// values are stored by their bits, since databases treat NaN each in its own way.

import Alerting
import Credits
import Ports
import PromQL

extension SQLRows {
    func alertRecords() throws -> [AlertRecord] {
        try run(
            """
            SELECT rule_identity, labels, annotations, phase, active_at, fired_at, resolved_at,
                keep_firing_since, last_sent_at, value_bits
            FROM alert_records ORDER BY rule_identity
            """
        ).map(alertRecord).sorted(by: Self.isBefore)
    }

    func replaceAlertRecords(ofRule ruleIdentity: String, with records: [AlertRecord]) throws {
        try run("DELETE FROM alert_records WHERE rule_identity = $1", [.text(ruleIdentity)])
        for record in records { try insert(record) }
    }

    func notificationLog() throws -> [NotificationLogRecord] {
        try run(
            """
            SELECT receiver, integration, integration_index, group_key, firing, resolved, sent_at
            FROM notification_log
            ORDER BY receiver, integration, integration_index, group_key
            """
        ).map { row in
            NotificationLogRecord(
                receiver: try row.text(0), integration: try row.text(1),
                integrationIndex: try row.count(2), groupKey: try row.text(3),
                firing: try StoredJSON.texts(try row.text(4)),
                resolved: try StoredJSON.texts(try row.text(5)), sentAt: try row.integer(6))
        }
    }

    func putNotificationLog(_ record: NotificationLogRecord) throws {
        try run(
            """
            INSERT INTO notification_log (
                receiver, integration, integration_index, group_key, firing, resolved, sent_at
            ) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (receiver, integration, integration_index, group_key) DO UPDATE SET
                firing = excluded.firing, resolved = excluded.resolved,
                sent_at = excluded.sent_at
            """,
            [
                .text(record.receiver), .text(record.integration),
                .integer(Int64(record.integrationIndex)), .text(record.groupKey),
                .text(StoredJSON.text(record.firing)), .text(StoredJSON.text(record.resolved)),
                .integer(record.sentAt),
            ])
    }

    func dropNotificationLog(before instant: Timestamp) throws {
        try run(
            "DELETE FROM notification_log WHERE sent_at < $1", [.integer(instant.milliseconds)])
    }

    private func insert(_ record: AlertRecord) throws(StoreError) {
        try run(
            """
            INSERT INTO alert_records (
                rule_identity, labels, annotations, phase, active_at, fired_at, resolved_at,
                keep_firing_since, last_sent_at, value_bits
            ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            [
                .text(record.ruleIdentity), .text(StoredJSON.text(record.labels.pairs)),
                .text(StoredJSON.text(record.annotations)), .text(record.phase.rawValue),
                .integer(record.activeAt), .optional(record.firedAt),
                .optional(record.resolvedAt), .optional(record.keepFiringSince),
                .optional(record.lastSentAt),
                .integer(Int64(bitPattern: record.value.bitPattern)),
            ])
    }

    private func alertRecord(_ row: SQLRow) throws(StoreError) -> AlertRecord {
        let phase = try row.text(3)
        return AlertRecord(
            ruleIdentity: try row.text(0),
            labels: SeriesLabels(try StoredJSON.pairs(try row.text(1))),
            annotations: try StoredJSON.pairs(try row.text(2)),
            phase: try known(AlertPhase(rawValue: phase), "an alert phase", phase),
            activeAt: try row.integer(4), firedAt: try row.optionalInteger(5),
            resolvedAt: try row.optionalInteger(6), keepFiringSince: try row.optionalInteger(7),
            lastSentAt: try row.optionalInteger(8),
            value: Double(bitPattern: UInt64(bitPattern: try row.integer(9))))
    }

    private static func isBefore(_ left: AlertRecord, _ right: AlertRecord) -> Bool {
        left.ruleIdentity == right.ruleIdentity
            ? left.labels < right.labels
            : left.ruleIdentity.utf8.lexicographicallyPrecedes(right.ruleIdentity.utf8)
    }
}
