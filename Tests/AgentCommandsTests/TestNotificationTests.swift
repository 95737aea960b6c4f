// The notification of `notify test` is marked, and in the shape that receivers know.

import Credits
import ExactJSON
import Testing

@testable import AgentCommands

@Suite("Test notifications")
struct TestNotificationTests {
    private static let now = Timestamp(seconds: 1_795_395_723)

    @Test("an alert body says everywhere that it is a test")
    func alert() throws {
        let body = try JSONReader.read(
            TestNotification.alertBody(receiver: "on\"call", sentBy: "ada", now: Self.now))
        #expect(body["version"]?.stringValue == "4")
        #expect(body["receiver"]?.stringValue == "on\"call")
        #expect(body["status"]?.stringValue == "firing")
        let alert = try #require(body["alerts"]?.arrayValue?.first)
        #expect(alert["labels"]?["alertname"]?.stringValue == TestNotification.alertName)
        #expect(alert["labels"]?["test"]?.stringValue == "true")
        #expect(alert["annotations"]?["summary"]?.stringValue?.contains("Test") == true)
        #expect(alert["annotations"]?["description"]?.stringValue?.contains("ada") == true)
        #expect(alert["startsAt"]?.stringValue == "2026-11-23T01:02:03Z")
        #expect(alert["fingerprint"]?.stringValue?.count == 16)
    }

    @Test("an event body has its own type")
    func event() throws {
        let body = try JSONReader.read(
            TestNotification.eventBody(sentBy: "ada", now: Self.now))
        #expect(body["type"]?.stringValue == "notification.test")
        #expect(body["timestamp"]?.stringValue == "2026-11-23T01:02:03Z")
    }
}
