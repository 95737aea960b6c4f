// Names and passwords: what is read, compared, remembered, and refused when there is too much.

import Agent
import AgentConfiguration
import NIOCore
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

    /// Users whose passwords take a while to compare.
    private static func dearUsers() throws -> UserBook {
        let dear = try #require(BcryptHash("$2y$10$" + vectors[0].1.dropFirst(7)))
        return UserBook([BasicUser(name: "scraper", hash: dear)])
    }

    private static let peer = peer("192.0.2.1")

    private static func peer(_ address: String) -> PeerKey {
        PeerKey(try? SocketAddress(ipAddress: address, port: 1))
    }

    private func isAccepted(_ outcome: LoginOutcome) -> Bool {
        if case .accepted = outcome { true } else { false }
    }

    private func isRefused(_ outcome: LoginOutcome) -> Bool {
        if case .refused = outcome { true } else { false }
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
            let outcome = await desk.outcome(
                name: name, password: [1], among: users, from: Self.peer)
            #expect(isRefused(outcome))
            #expect(meters.current.passwordChecks == Int64(round + 1))
        }
        // Both are remembered alike.
        for name in ["scraper", "nobody"] {
            let outcome = await desk.outcome(
                name: name, password: [1], among: users, from: Self.peer)
            #expect(isRefused(outcome))
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
            let outcome = await desk.outcome(
                name: "scraper", password: password, among: try Self.users(), from: Self.peer)
            #expect(isAccepted(outcome))
        }
        #expect(meters.current.passwordChecks == 1)
        let other = try #require(BcryptHash(Self.vectors[1].1))
        let changed = UserBook([BasicUser(name: "scraper", hash: other)])
        let outcome = await desk.outcome(
            name: "scraper", password: password, among: changed, from: Self.peer)
        #expect(isRefused(outcome))
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
        let users = try Self.dearUsers()
        let outcomes = await withTaskGroup(of: LoginOutcome.self) { group in
            for number in 0..<64 {
                group.addTask {
                    await desk.outcome(
                        name: "scraper", password: [UInt8(number)], among: users,
                        from: Self.peer("192.0.2.\(number)"))
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let busy = outcomes.count { if case .busy(.all) = $0 { true } else { false } }
        #expect(busy > 0)
        #expect(busy + outcomes.count { isRefused($0) } == 64)
        #expect(meters.current.busyLogins == [.all: Int64(busy)])
    }

    @Test("a peer that guesses keeps nobody else waiting for long", .timeLimit(.minutes(1)))
    func crowded() async throws {
        let meters = WebGuardMeters()
        let desk = PasswordDesk(meters: meters)
        let users = try Self.dearUsers()
        let outcomes = await withTaskGroup(of: (Bool, LoginOutcome).self) { group in
            for number in 0..<200 {
                group.addTask {
                    let outcome = await desk.outcome(
                        name: "scraper", password: [UInt8(number)], among: users,
                        from: Self.peer("2001:db8::\(number)"))
                    return (false, outcome)
                }
            }
            for number in 0..<8 {
                group.addTask {
                    let outcome = await desk.outcome(
                        name: "scraper", password: [0, UInt8(number)], among: users,
                        from: Self.peer("192.0.2.\(number)"))
                    return (true, outcome)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let others = outcomes.filter { $0.0 }.map(\.1)
        #expect(others.count == 8)
        #expect(others.allSatisfy { isRefused($0) })
        let crowded = outcomes.count { if case .busy(.peer) = $0.1 { true } else { false } }
        #expect(crowded > 0)
        #expect(meters.current.busyLogins == [.peer: Int64(crowded)])
    }

    @Test("the same name and password, sent at once, are compared once", .timeLimit(.minutes(1)))
    func shared() async throws {
        let meters = WebGuardMeters()
        let desk = PasswordDesk(meters: meters, maximumWaiting: 0)
        let users = try Self.users()
        let password = Array(Self.vectors[0].0.utf8)
        await withTaskGroup(of: LoginOutcome.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    await desk.outcome(
                        name: "scraper", password: password, among: users, from: Self.peer)
                }
            }
            for await outcome in group { #expect(isAccepted(outcome)) }
        }
        #expect(meters.current.passwordChecks == 1)
        #expect(meters.current.busyLogins.isEmpty)
    }

    @Test("a peer is an IPv4 address however it is shown, or 64 bits of an IPv6 one")
    func peers() {
        #expect(Self.peer("192.0.2.1") == Self.peer("::ffff:192.0.2.1"))
        #expect(Self.peer("192.0.2.1") != Self.peer("192.0.2.2"))
        #expect(Self.peer("::ffff:192.0.2.1") != Self.peer("::ffff:192.0.2.2"))
        #expect(Self.peer("2001:db8::1") == Self.peer("2001:db8::ffff:0:2"))
        #expect(Self.peer("2001:db8::1") != Self.peer("2001:db8:0:1::1"))
        #expect(Self.peer("0.0.0.0") != Self.peer("::1"))
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
