// `notify list` for people, spreadsheets and programs.

import ExactJSON
import Testing

@testable import AgentCommands

@Suite("The list of notifications")
struct NotificationReportTests {
    private static let rows: [JSONValue] = [
        [
            "id": "msg_1", "state": "pending", "receiver": "oncall", "integration": "webhook",
            "integration_index": 0, "group": "{}:{alertname=\"A\"}",
            "created_at": "2026-11-10T12:00:00Z", "attempts": 2,
            "last_attempt_at": "2026-11-10T12:00:01Z",
            "next_attempt_at": "2026-11-10T12:00:03Z", "why": "the receiver answered 500",
        ],
        [
            "id": "msg_0", "state": "sent", "receiver": "=cmd", "integration": "event_webhook",
            "integration_index": 1, "group": "event:acme",
            "created_at": "2026-11-10T11:00:00Z", "attempts": 1,
            "last_attempt_at": "2026-11-10T11:00:00Z", "next_attempt_at": .null, "why": "",
        ],
    ]

    @Test("a table for people")
    func table() {
        #expect(
            NotificationReport(Self.rows).text(.table) == """
                ID     STATE    RECEIVER  INTEGRATION    GROUP               CREATED AT            ATTEMPTS  NEXT ATTEMPT AT       WHY
                msg_1  pending  oncall    webhook        {}:{alertname="A"}  2026-11-10T12:00:00Z         2  2026-11-10T12:00:03Z  the receiver answered 500
                msg_0  sent     =cmd      event_webhook  event:acme          2026-11-10T11:00:00Z         1

                """)
    }

    @Test("CSV with every column, and no formula")
    func csv() {
        #expect(
            NotificationReport(Self.rows).text(.csv) == """
                id,state,receiver,integration,integration_index,group,created_at,attempts,last_attempt_at,next_attempt_at,why
                msg_1,pending,oncall,webhook,0,"{}:{alertname=""A""}",2026-11-10T12:00:00Z,2,2026-11-10T12:00:01Z,2026-11-10T12:00:03Z,the receiver answered 500
                msg_0,sent,'=cmd,event_webhook,1,event:acme,2026-11-10T11:00:00Z,1,2026-11-10T11:00:00Z,,

                """)
    }

    @Test("JSON as the agent gave it")
    func json() throws {
        let text = NotificationReport(Self.rows).text(.json)
        #expect(try JSONReader.read(Array(text.utf8)) == .array(Self.rows))
        #expect(text.hasSuffix("]\n"))
    }

    @Test("filters become the query of the request, encoded")
    func request() {
        #expect(
            ControlRequest.notifications(receiver: "on call&", state: "failed", limit: 7)
                .encodedPath
                == "/api/v1/notifications?limit=7&receiver=on%20call%26&state=failed")
        let replay = ControlRequest.replay("msg/1")
        #expect(replay.method == "POST" && !replay.isReading)
        #expect(replay.encodedPath == "/api/v1/notifications/msg%2F1/replay")
    }
}
