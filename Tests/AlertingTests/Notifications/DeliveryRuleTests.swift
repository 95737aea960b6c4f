// Retries, the meaning of answers, signatures and events.

import ExactJSON
import Testing

@testable import Alerting

@Suite struct DeliveryRuleTests {
    private static let day: Int64 = 86_400_000

    @Test(
        arguments: [
            (1, 1000), (2, 2000), (3, 5000), (4, 10_000), (5, 30_000), (6, 60_000), (7, 300_000),
            (8, 900_000), (9, 3_600_000), (10, 3_600_000), (500, 3_600_000), (.max, 3_600_000),
            (0, 1000), (.min, 1000),
        ] as [(Int, Int64)])
    func waitsGrowAndSpreadByAFifth(attempt: Int, expected: Int64) {
        func delay(_ random: Double) -> Int64? {
            RetrySchedule.delay(afterAttempt: attempt, random: random, createdAt: 0, now: 0)
        }
        #expect(delay(0) == expected / 5 * 4)
        #expect(delay(0.5) == expected)
        #expect(delay(1) == expected / 5 * 6)
        #expect(delay(.nan) == expected)
        #expect(delay(7) == expected / 5 * 6)
    }

    @Test(
        arguments: [
            (0, 3_600_000), (3 * day - 3_600_000, 3_600_000), (3 * day - 3_599_999, 3_599_999),
            (3 * day - 1, 1), (3 * day, nil), (4 * day, nil), (.max, nil), (.min, 3_600_000),
        ] as [(Int64, Int64?)])
    func afterThreeDaysItIsGivenUp(age: Int64, expected: Int64?) {
        #expect(
            RetrySchedule.delay(afterAttempt: 20, random: 0.5, createdAt: 0, now: age) == expected)
    }

    @Test(
        arguments: [
            (nil, 1000), (-5, 1000), (0, 1000), (500, 1000), (7000, 7000), (3_600_000, 3_600_000),
            (3_600_001, 3_600_000), (.max, 3_600_000),
        ] as [(Int64?, Int64)])
    func receiversCanAskForMoreTime(asked: Int64?, expected: Int64) {
        #expect(
            RetrySchedule.delay(
                afterAttempt: 1, random: 0.5, createdAt: 0, now: 0, retryAfter: asked) == expected)
    }

    @Test func aReceiverThatAsksForMoreThanIsLeftIsGivenUp() {
        let now = 3 * Self.day - 5000
        func delay(_ asked: Int64) -> Int64? {
            RetrySchedule.delay(
                afterAttempt: 9, random: 0.5, createdAt: 0, now: now, retryAfter: asked)
        }
        #expect(delay(5000) == 5000)
        #expect(delay(5001) == nil)
    }

    @Test(
        arguments: [
            (200, .sent), (204, .sent), (299, .sent), (100, .retry(.other)), (199, .retry(.other)),
            (300, .retry(.other)), (302, .retry(.other)), (399, .retry(.other)),
            (400, .retry(.clientError)), (401, .retry(.authError)), (403, .retry(.authError)),
            (404, .retry(.clientError)), (408, .retry(.clientError)), (409, .retry(.clientError)),
            (410, .disableReceiver), (411, .retry(.clientError)), (413, .failed(.clientError)),
            (429, .retry(.rateLimited)), (499, .retry(.clientError)), (500, .retry(.serverError)),
            (503, .retry(.serverError)), (599, .retry(.serverError)), (600, .retry(.other)),
            (0, .retry(.other)), (-1, .retry(.other)),
        ] as [(Int, AttemptOutcome)])
    func answersMeanWhatTheContractSays(status: Int, outcome: AttemptOutcome) {
        #expect(AttemptOutcome.classify(status: status) == outcome)
        #expect(AttemptOutcome.classify(status: status, timedOut: true) == outcome)
    }

    @Test func noAnswerIsTriedAgain() {
        #expect(AttemptOutcome.classify(status: nil) == .retry(.other))
        #expect(
            AttemptOutcome.classify(status: nil, timedOut: true)
                == .retry(.contextDeadlineExceeded))
    }

    @Test func everyFailureHasAReasonToCount() {
        #expect(AttemptOutcome.sent.failureReason == nil)
        #expect(AttemptOutcome.retry(.authError).failureReason == .authError)
        #expect(AttemptOutcome.failed(.clientError).failureReason == .clientError)
        #expect(AttemptOutcome.disableReceiver.failureReason == .clientError)
        #expect(
            NotificationFailureReason.allCases.map(\.rawValue) == [
                "clientError", "serverError", "authError", "rateLimited",
                "contextDeadlineExceeded", "other",
            ])
    }

    @Test func theSignedBytesAreIdTimeAndBody() {
        let body = Array("{\"test\": 2432232314}".utf8)
        let content = StandardWebhooks.signedContent(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestampSeconds: 1_614_265_330, body: body)
        #expect(
            String(decoding: content, as: UTF8.self)
                == "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}")
        #expect(
            StandardWebhooks.signedContent(id: "a", timestampSeconds: 1, body: [0xFF, 0])
                == [0x61, 0x2E, 0x31, 0x2E, 0xFF, 0])
    }

    @Test(arguments: [
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        " whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n",
    ])
    func keysAreReadWithOrWithoutPrefix(secret: String) throws {
        #expect(
            try StandardWebhooks.key(fromSecret: secret) == [
                49, 242, 144, 246, 191, 6, 41, 138, 171, 79, 8, 212, 60, 63, 8, 44, 246, 72, 163,
                98, 218, 45, 164, 176,
            ])
    }

    @Test(
        arguments: [
            ("", .empty), ("whsec_", .empty), ("  \n", .empty), ("not base64!", .malformed),
            ("whsec_" + String(repeating: "A", count: 31), .tooShort(23)),
            ("whsec_AAAA", .tooShort(3)), ("whsk_AAAA", .malformed),
        ] as [(String, SigningSecretError)])
    func badSecretsAreRefusedWithoutRepeatingThem(secret: String, error: SigningSecretError) {
        #expect(throws: error) { try StandardWebhooks.key(fromSecret: secret) }
        if secret.count > 12 { #expect(!error.description.contains(secret)) }
    }

    @Test(arguments: [(23, false), (24, true), (32, true), (64, true), (65, false)])
    func keysHave24To64Bytes(count: Int, isAccepted: Bool) {
        let secret = "whsec_" + Base64.encode(Array(repeating: 7, count: count))
        let unpadded = secret.replacing("=", with: "")
        for text in [secret, unpadded] {
            #expect(((try? StandardWebhooks.key(fromSecret: text))?.count == count) == isAccepted)
        }
    }

    @Test func signaturesStandInOneHeader() throws {
        #expect(StandardWebhooks.signatureHeader([]) == "")
        #expect(StandardWebhooks.signatureHeader([[0xFF]]) == "v1,/w==")
        #expect(StandardWebhooks.signatureHeader([[0xFF], [0, 0]]) == "v1,/w== v1,AAA=")
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func base64GoesBothWays(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(Array(encoded.utf8)) == Array(plain.utf8))
        #expect(Base64.decode(Array(encoded.replacing("=", with: "").utf8)) == Array(plain.utf8))
    }

    @Test func base64CoversEveryByte() {
        let bytes = (0...255).map { UInt8($0) }
        #expect(Base64.decode(Array(Base64.encode(bytes).utf8)) == bytes)
        #expect(Base64.encode([0xFB, 0xEF, 0xFF]) == "++//")
    }

    @Test(arguments: ["Z", "Zg=", "Zg===", "=", "====", "Zh==", "Zm9=", "Z g=", "Zg==Zg==", "-_-_"])
    func malformedBase64IsRefused(text: String) {
        #expect(Base64.decode(Array(text.utf8)) == nil)
    }

    @Test func eventsGoToEveryEventEndpoint() throws {
        let configuration = try NotificationConfiguration.valid(
            """
            notifications:
              route: {receiver: a}
              receivers:
                - {name: a, webhook_configs: [{url: "https://a"}]}
                - {name: b, event_webhook_configs: [{url: "https://b"}, {url: "https://c"}]}
            """)
        let drafts = EventNotification.drafts(
            type: .limitBlocked, timestamp: 1_795_395_723_000, data: ["organization": "acme"],
            group: "event:acme", createdAt: 1_795_395_724_000,
            for: configuration.eventEndpoints.map(\.identity))
        #expect(drafts.map(\.receiver) == ["b", "b"])
        #expect(drafts.map(\.integration) == ["event_webhook", "event_webhook"])
        #expect(drafts.map(\.integrationIndex) == [0, 1])
        #expect(drafts.map(\.groupKey) == ["event:acme", "event:acme"])
        #expect(drafts.allSatisfy { $0.record == nil && $0.createdAt == 1_795_395_724_000 })
        #expect(
            String(decoding: try #require(drafts.first).body, as: UTF8.self)
                == "{\"type\":\"limit.blocked\",\"timestamp\":\"2026-11-23T01:02:03Z\","
                + "\"data\":{\"organization\":\"acme\"}}")
        #expect(
            EventType.allCases.map(\.rawValue) == [
                "limit.changed", "limit.blocked", "limit.resumed", "period.reset",
                "receiver.disabled", "notification.failed",
            ])
    }
}
