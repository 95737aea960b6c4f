// From a decided notification to its row.

import Alerting
import Credits
import Ports

extension OutboxRow {
    /// The row of a draft, with an id of its own.
    init(_ draft: NotificationDraft, random: any RandomSource) {
        self.init(
            id: "msg_" + random.hexadecimal(bytes: 16), receiver: draft.receiver,
            integration: draft.integration, integrationIndex: draft.integrationIndex,
            group: draft.groupKey, contentType: draft.contentType, body: draft.body,
            createdAt: Timestamp(milliseconds: draft.createdAt),
            nextAttemptAt: Timestamp(milliseconds: draft.createdAt))
    }
}
