// The part of the store that alerting uses: alert states and the notification log.

import Alerting
import Credits

/// Alert states and the notification log.
package protocol AlertRows {
    /// Every stored alert, in the order of rule and labels.
    func alertRecords() throws -> [AlertRecord]

    /// Replaces all alerts of a rule; an empty list removes them.
    func replaceAlertRecords(ofRule ruleIdentity: String, with records: [AlertRecord]) throws

    /// The notification log, in the order of receiver, integration and group.
    func notificationLog() throws -> [NotificationLogRecord]

    /// Inserts or replaces the record of a receiver's group.
    func putNotificationLog(_ record: NotificationLogRecord) throws

    /// Removes log records last sent before an instant.
    func dropNotificationLog(before instant: Timestamp) throws
}
