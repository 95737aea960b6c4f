// What stands in front of every page: TLS, a request budget, headers, names and passwords.
//
// 1. The files are looked at before each request and each new connection; changed ones are read
//    again. What cannot be used is refused whole, and what was in force stays so. A file that lost
//    its contents opens nothing.
// 2. Whether TLS is spoken, and the request budget, are decided at the start.
// 3. Order: files, budget, headers, name and password; then the page's own rules.

import Agent
import AgentConfiguration
import Logging
import NIOCore
import Ports
import PositionedYAML
import Synchronization

/// The guard of the web's listeners.
package final class WebGuard: Sendable {
    private struct Force: Sendable {
        var configuration: WebConfiguration
        var tls: TLSContext?
        var users: UserBook
    }

    /// What is watched for a change.
    private struct Watched: Sendable {
        var files: [String]
        var fingerprints: [FileFingerprint]

        init(_ names: [String], _ access: any FileAccess & Sendable) {
            files = names
            fingerprints = names.map(access.fingerprint)
        }
    }

    private let path: String
    private let files: any FileAccess & Sendable
    private let wallClock: any WallClock
    private let waiter: any Waiter
    private let meters: WebGuardMeters
    private let logger: Logger
    private let passwords: PasswordDesk
    private let force: Mutex<Force>
    private let watched: Mutex<Watched>
    private let bucket: Mutex<RateBucket?>
    /// Held by whoever reads the files; others go on with what is in force.
    private let isReading = Atomic(false)

    /// Whether connections begin with TLS.
    package let speaksTLS: Bool

    /// A guard as a file says.
    ///
    /// - Throws: every mistake of the file and of those it names.
    package init(
        path: String, files: any FileAccess & Sendable, wallClock: any WallClock,
        waiter: any Waiter, meters: Meters, logger: Logger
    ) throws(Mistakes) {
        self.path = path
        self.files = files
        self.wallClock = wallClock
        self.waiter = waiter
        self.meters = meters.webGuard
        self.logger = logger
        passwords = PasswordDesk(meters: meters.webGuard)
        // Fingerprints first: what changes while it is read is read again.
        watched = Mutex(Watched(WebConfigurationReader(files: files).read(path).files, files))
        let force = try Self.read(path, files)
        bucket = Mutex(force.configuration.rateLimit.map { RateBucket($0) })
        speaksTLS = force.tls != nil
        self.force = Mutex(force)
        note(force)
    }

    /// Every mistake of a file and of those it names.
    package static func mistakes(in path: String, files: any FileAccess & Sendable) -> [Mistake] {
        do throws(Mistakes) {
            _ = try read(path, files)
            return []
        } catch {
            return error.list
        }
    }

    private static func read(
        _ path: String, _ files: any FileAccess & Sendable
    ) throws(Mistakes) -> Force {
        let reading = WebConfigurationReader(files: files).read(path)
        guard let configuration = reading.configuration else {
            let place = SourcePosition(file: path, line: 1, column: 1)
            throw Mistakes(reading.mistakes) ?? Mistakes(Mistake("cannot be used", at: place))
        }
        do throws(Mistake) {
            let tls: TLSContext? =
                if let settings = configuration.tls { try TLSContext(settings) } else { nil }
            return Force(
                configuration: configuration, tls: tls, users: UserBook(configuration.users))
        } catch {
            throw Mistakes(error)
        }
    }

    // MARK: Changes

    /// Reads the files again if one of them changed.
    private func refresh() {
        let isChanged = watched.withLock { watched in
            watched.files.map(files.fingerprint) != watched.fingerprints
        }
        if isChanged { _ = reload() }
    }

    /// Reads the files again.
    ///
    /// - Returns: what is wrong with them; nothing when they are in force.
    @discardableResult
    package func reload() -> [Mistake] {
        guard
            isReading.compareExchange(
                expected: false, desired: true, ordering: .acquiringAndReleasing
            ).exchanged
        else { return [] }
        defer { isReading.store(false, ordering: .releasing) }
        // Fingerprints first: what changes while it is read is read again.
        let former = watched.withLock { $0.files }
        let named = WebConfigurationReader(files: files).read(path).files
        let next = Watched(named + former.filter { !named.contains($0) }, files)
        defer { watched.withLock { $0 = next } }
        do throws(Mistakes) {
            let read = try Self.read(path, files)
            try refuseEmptied(read)
            guard (read.tls != nil) == speaksTLS else {
                throw Mistakes(
                    Mistake(
                        "TLS cannot be turned \(speaksTLS ? "off" : "on") while running; restart "
                            + "the agent", at: SourcePosition(file: path, line: 1, column: 1)))
            }
            force.withLock { $0 = read }
            note(read)
            logger.info("web configuration reloaded", source: "web")
            return []
        } catch {
            meters.change { $0.lastReloadSucceeded = false }
            for mistake in error.list { logger.error("\(mistake)", source: "web") }
            logger.error(
                "the web configuration was refused, the former one stays in force", source: "web")
            return error.list
        }
    }

    /// A file is empty for a moment while it is copied over, and for long on a full disk.
    private func refuseEmptied(_ read: Force) throws(Mistakes) {
        let isGuarding = force.withLock { $0.tls != nil || !$0.users.isEmpty }
        guard read.configuration.isEmptyFile, isGuarding else { return }
        throw Mistakes(
            Mistake(
                "the file is empty, which would let everybody in; write it anew, or `{}` into it "
                    + "to ask nobody for a password" + (speaksTLS ? ", or restart the agent" : ""),
                at: SourcePosition(file: path, line: 1, column: 1)))
    }

    private func note(_ force: Force) {
        let now = wallClock.now()
        meters.change { readings in
            readings.isInUse = true
            readings.lastReloadSucceeded = true
            readings.lastReloadSuccess = now
            readings.certificateExpiry = force.tls?.expiry
        }
    }

    // MARK: Connections

    /// TLS for a new connection.
    func freshTLS() async -> TLSContext? {
        refresh()
        return force.withLock { $0.tls }
    }

    /// What watches a handshake.
    func watch(clientNames: [String]?) -> HandshakeWatch {
        HandshakeWatch(clientNames: clientNames, meters: meters, logger: logger)
    }

    // MARK: Requests

    /// Headers that every answer carries.
    var headers: [(name: String, value: String)] {
        force.withLock { $0.configuration.headers }.map { ($0.name, $0.value) }
    }

    /// Nil when a request may go on to its page, else the refusal.
    ///
    /// - Parameters:
    ///   - authorization: the request's `Authorization`.
    ///   - peer: the other end of its connection.
    func refusal(authorization: String?, peer: SocketAddress? = nil) async -> WebResponse? {
        refresh()
        let now = waiter.elapsedNanoseconds()
        guard bucket.withLock({ $0?.take(at: now) ?? true }) else {
            meters.change { $0.throttledRequests += 1 }
            return Self.later("Too Many Requests\n", status: 429)
        }
        let users = force.withLock { $0.users }
        if users.isEmpty { return nil }
        guard let authorization else { return unauthorized(.missing) }
        guard let (name, password) = BasicAuthorization.read(authorization) else {
            return unauthorized(.malformed)
        }
        let outcome = await passwords.outcome(
            name: name, password: password, among: users, from: PeerKey(peer))
        switch outcome {
        case .accepted: return nil
        case .refused: return unauthorized(.wrong)
        case .busy(.peer):
            return Self.later("too many of your passwords are being checked\n", status: 429)
        case .busy(.all):
            return Self.later("too many passwords are being checked, try again\n", status: 503)
        }
    }

    private static func later(_ text: String, status: Int) -> WebResponse {
        var response = WebResponse.text(text, status: status)
        response.headers.append(("Retry-After", "1"))
        return response
    }

    private func unauthorized(_ reason: LoginRefusal) -> WebResponse {
        meters.change { $0.refusedLogins[reason, default: 0] += 1 }
        var response = WebResponse.text("Unauthorized\n", status: 401)
        response.headers.append(("WWW-Authenticate", "Basic"))
        return response
    }
}
