// Names and passwords: what is read, compared, remembered, and refused when there is too much.

import Agent
import AgentConfiguration
import Testing

@testable import WebServer

@Suite("Passwords")
struct PasswordTests {
    static let vectors: [(String, String)] = [
        ("scrape-secret", "$2y$04$abcdefghijklmnopqrstuuKLvVYiVwiPwoRaKwUkZKXFafd3RmqEi"),
        ("other-secret", "$2b$05$ABCDEFGHIJKLMNOPQRSTUOyrKce14zlSRu16l.ZHkgTadQLoVK1F6"),
        ("", "$2a$04$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq"),
        (
            String(repeating: "x", count: 80),
            "$2y$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i"
        ),
        ("pass:word ü", "$2y$04$abcdefghijklmnopqrstuue2QttzF15XysTbDNpUiFaIg5yMjoXmi"),
    ]

    private static func users(_ names: [String] = ["scraper"]) throws -> UserBook {
        let hash = try #require(BcryptHash(vectors[0].1))
        return UserBook(names.map { BasicUser(name: $0, hash: hash) })
    }

    @Test("bcrypt agrees with crypt", arguments: vectors)
    func agrees(_ password: String, _ text: String) throws {
        let hash = try #require(BcryptHash(text))
        #expect(Bcrypt.matches(Array(password.utf8), hash))
        #expect(!Bcrypt.matches(Array(("y" + password).utf8), hash))
    }

    @Test("a zero byte ends no password")
    func zeroByte() throws {
        let hash = try #require(BcryptHash(Self.vectors[0].1))
        #expect(!Bcrypt.matches(Array("scrape-secret\0more".utf8), hash))
    }

    @Test(
        "RFC 7617, strictly",
        arguments: [
            ("Basic YTpi", "a", "b"), ("basic  YTpi", "a", "b"), ("BASIC YTpiOmM=", "a", "b:c"),
            ("Basic Og==", "", ""), ("Basic w7w6w7w=", "ü", "ü"),
        ])
    func reads(_ header: String, _ name: String, _ password: String) throws {
        let (found, bytes) = try #require(BasicAuthorization.read(header))
        #expect(found == name)
        #expect(bytes == Array(password.utf8))
    }

    @Test(
        "anything else is malformed",
        arguments: [
            "", "Basic", "Basic ", "Basic YQ==", "Basic YTp", "Basic YT pi", "Bearer YTpi",
            "Basic YTpi, Basic YTpi", "Basic =YTp", "Basic /zo=", "YTpi",
        ])
    func malformed(_ header: String) {
        #expect(BasicAuthorization.read(header) == nil)
    }

    @Test("the same work is done for a name that is known and one that is not")
    func equalWork() async throws {
        let meters = WebGuardMeters()
        let desk = PasswordDesk(meters: meters)
        let users = try Self.users()
        for (round, name) in ["scraper", "nobody"].enumerated() {
            let outcome = await desk.outcome(name: name, password: [1], among: users)
            #expect(outcome == .refused)
            #expect(meters.current.passwordChecks == Int64(round + 1))
        }
        // Both are remembered alike.
        for name in ["scraper", "nobody"] {
            #expect(await desk.outcome(name: name, password: [1], among: users) == .refused)
        }
        #expect(meters.current.passwordChecks == 2)
        let known = try #require(users.entry(of: "scraper"))
        let unknown = try #require(users.entry(of: "nobody"))
        #expect(known.hash.cost == unknown.hash.cost)
        #expect(Bcrypt.digest([1], setting: unknown.hash.exposed) != nil)
    }

    @Test("a right password is compared once; another hash makes it unknown again")
    func remembered() async throws {
        let meters = WebGuardMeters()
        let desk = PasswordDesk(meters: meters)
        let password = Array(Self.vectors[0].0.utf8)
        for _ in 0..<3 {
            #expect(
                await desk.outcome(name: "scraper", password: password, among: try Self.users())
                    == .accepted)
        }
        #expect(meters.current.passwordChecks == 1)
        let other = try #require(BcryptHash(Self.vectors[1].1))
        let changed = UserBook([BasicUser(name: "scraper", hash: other)])
        #expect(
            await desk.outcome(name: "scraper", password: password, among: changed) == .refused)
        #expect(meters.current.passwordChecks == 2)
    }

    @Test("the decoy lets nobody in, whatever its hash")
    func decoy() throws {
        let users = try Self.users()
        let entry = try #require(users.entry(of: "nobody"))
        #expect(!entry.isKnown)
        #expect(users.entry(of: "") != nil)
    }

    @Test("guesses drive out no user, and the oldest guess goes first")
    func bounded() throws {
        let hash = try #require(BcryptHash(Self.vectors[0].1))
        var cache = PasswordCache(limit: 3)
        let right = cache.key(name: [1], hash: hash, password: [1])
        let hasEvicted = cache.keep(right, isRight: true)
        #expect(!hasEvicted)
        let guesses = (0..<5).map { cache.key(name: [1], hash: hash, password: [2, UInt8($0)]) }
        let evictions = guesses.map { cache.keep($0, isRight: false) }
        #expect(evictions == [false, false, false, true, true])
        #expect(cache.outcome(of: right) == true)
        #expect(guesses.map { cache.outcome(of: $0) } == [nil, nil, false, false, false])
        #expect(cache.count == 4)
    }

    @Test("no two triples share a key")
    func keys() throws {
        let hash = try #require(BcryptHash(Self.vectors[0].1))
        let cache = PasswordCache()
        #expect(
            cache.key(name: [1, 2], hash: hash, password: [3])
                != cache.key(name: [1], hash: hash, password: [2, 3]))
        #expect(
            cache.key(name: [1], hash: hash, password: [3])
                != PasswordCache().key(name: [1], hash: hash, password: [3]))
    }

    @Test("too many comparisons at once are refused and counted", .timeLimit(.minutes(1)))
    func busy() async throws {
        let meters = WebGuardMeters()
        let desk = PasswordDesk(meters: meters, maximumWaiting: 0)
        let dear = try #require(BcryptHash("$2y$10$" + Self.vectors[0].1.dropFirst(7)))
        let users = UserBook([BasicUser(name: "scraper", hash: dear)])
        let outcomes = await withTaskGroup(of: LoginOutcome.self) { group in
            for number in 0..<64 {
                group.addTask {
                    await desk.outcome(name: "scraper", password: [UInt8(number)], among: users)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let busy = outcomes.count { $0 == .busy }
        #expect(busy > 0)
        #expect(!outcomes.contains(.accepted))
        #expect(meters.current.busyLogins == Int64(busy))
    }

    @Test("a bucket lets its burst through, then one each interval")
    func bucket() {
        var bucket = RateBucket(WebRateLimit(intervalMilliseconds: 10, burst: 3))
        let second: Int64 = 1_000_000_000
        let instants =
            Array(repeating: second, count: 5)
            + [second + 9_999_999, second + 10_000_000, second + 10_000_000]
            + Array(repeating: 2 * second, count: 4)
        let taken = instants.map { bucket.take(at: $0) }
        #expect(taken.prefix(5) == [true, true, true, false, false])
        #expect(taken[5...7] == [false, true, false])
        #expect(taken.suffix(4) == [true, true, true, false])
    }
}
