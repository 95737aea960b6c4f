// Alert states and the notification log in memory.

import Alerting
import Credits
import Ports
import PromQL

extension MemoryRows {
    func alertRecords() throws -> [AlertRecord] {
        tables.alerts.sorted { $0.key < $1.key }.flatMap(\.value)
    }

    func replaceAlertRecords(ofRule ruleIdentity: String, with records: [AlertRecord]) throws {
        try change { tables in
            tables.alerts[ExactText(ruleIdentity)] =
                records.isEmpty ? nil : records.sorted { $0.labels < $1.labels }
        }
    }

    func notificationLog() throws -> [NotificationLogRecord] {
        tables.log
    }

    func putNotificationLog(_ record: NotificationLogRecord) throws {
        try change { tables in
            tables.log.removeAll { Self.place($0) == Self.place(record) }
            let index = tables.log.firstIndex { Self.place(record) < Self.place($0) }
            tables.log.insert(record, at: index ?? tables.log.endIndex)
        }
    }

    func dropNotificationLog(before instant: Timestamp) throws {
        try change { $0.log.removeAll { $0.sentAt < instant.milliseconds } }
    }

    private static func place(
        _ record: NotificationLogRecord
    ) -> (ExactText, ExactText, Int, ExactText) {
        (
            ExactText(record.receiver), ExactText(record.integration),
            record.integrationIndex, ExactText(record.groupKey)
        )
    }
}
