// What is counted about the guard in front of the web.

import Credits
import Exposition
import Synchronization

/// Why a login was refused.
package enum LoginRefusal: String, Sendable, CaseIterable {
    /// No name and password came.
    case missing
    /// What came is not `Basic` authentication.
    case malformed
    /// Name or password is wrong.
    case wrong
}

/// Whose passwords waited when a login was refused for it.
package enum LoginBound: String, Sendable, CaseIterable {
    /// Everybody's.
    case all
    /// Those of the peer that sent it.
    case peer
}

/// Why a handshake was refused.
package enum HandshakeRefusal: String, Sendable, CaseIterable {
    /// The client's certificate is missing, not trusted, or carries no allowed name.
    case clientCertificate = "client_certificate"
    /// Versions, suites, or bytes that are no handshake.
    case handshake
    /// It took too long.
    case timeout
}

/// What is counted about the guard.
package struct WebGuardReadings: Sendable {
    /// Whether there is a guard at all.
    package var isInUse = false
    /// Refused logins.
    package var refusedLogins: [LoginRefusal: Int64] = [:]
    /// Logins refused because too many passwords waited to be compared.
    package var busyLogins: [LoginBound: Int64] = [:]
    /// Passwords compared.
    package var passwordChecks: Int64 = 0
    /// Outcomes kept.
    package var cachedLogins: Int64 = 0
    /// Outcomes that gave way to others.
    package var evictedLogins: Int64 = 0
    /// Requests over the budget.
    package var throttledRequests: Int64 = 0
    /// Refused handshakes.
    package var refusedHandshakes: [HandshakeRefusal: Int64] = [:]
    /// Whether the files, when last read, could be used.
    package var lastReloadSucceeded = true
    /// When the files in force were read.
    package var lastReloadSuccess: Timestamp?
    /// When the certificate ends, in seconds since 1970; nil without TLS.
    package var certificateExpiry: Int64?
}

/// The meters of the guard; safe to use from any thread.
package final class WebGuardMeters: Sendable {
    private let readings = Mutex(WebGuardReadings())

    /// Meters of no guard.
    package init() {}

    /// What was counted so far.
    package var current: WebGuardReadings {
        readings.withLock { $0 }
    }

    /// Changes what is counted.
    package func change(_ change: (inout WebGuardReadings) -> Void) {
        readings.withLock { change(&$0) }
    }
}

/// Builds the families of the guard; none without one.
struct WebGuardFamilies {
    let readings: WebGuardReadings

    func add(to builder: inout FamilyBuilder) {
        guard readings.isInUse else { return }
        addCounters(to: &builder)
        builder.add(
            "ai_credits_web_password_cache_entries", .gauge,
            "Outcomes of logins that are remembered.", [.count([], readings.cachedLogins)])
        builder.add(
            "ai_credits_web_config_last_reload_successful", .gauge,
            "Whether the files of web.config.file, when last read, could be used.",
            [.flag([], readings.lastReloadSucceeded)])
        builder.add(
            "ai_credits_web_config_last_reload_success_timestamp_seconds", .gauge,
            "When the files of web.config.file in force were read.", unit: "seconds",
            readings.lastReloadSuccess.map { [.instant([], $0)] } ?? [])
        builder.add(
            "ai_credits_web_certificate_expiry_timestamp_seconds", .gauge,
            "When the web's certificate ends.", unit: "seconds",
            readings.certificateExpiry.map { [.count([], $0)] } ?? [])
    }

    private func addCounters(to builder: inout FamilyBuilder) {
        builder.add(
            "ai_credits_web_logins_refused_total", .counter, "Refused logins by reason.",
            LoginRefusal.allCases.map {
                .count([Label("reason", $0.rawValue)], readings.refusedLogins[$0] ?? 0)
            })
        builder.add(
            "ai_credits_web_handshakes_refused_total", .counter,
            "Refused TLS handshakes by reason.",
            HandshakeRefusal.allCases.map {
                .count([Label("reason", $0.rawValue)], readings.refusedHandshakes[$0] ?? 0)
            })
        builder.add(
            "ai_credits_web_requests_throttled_total", .counter,
            "Requests refused by rate_limit of web.config.file.",
            [.count([], readings.throttledRequests)])
        builder.add(
            "ai_credits_web_password_checks_total", .counter,
            "Passwords compared with a hash; remembered outcomes are not compared again.",
            [.count([], readings.passwordChecks)])
        builder.add(
            "ai_credits_web_password_checks_refused_total", .counter,
            "Logins refused because too many passwords waited to be compared, of all or of a peer.",
            LoginBound.allCases.map {
                .count([Label("of", $0.rawValue)], readings.busyLogins[$0] ?? 0)
            })
        builder.add(
            "ai_credits_web_password_cache_evictions_total", .counter,
            "Remembered outcomes of logins that gave way to others.",
            [.count([], readings.evictedLogins)])
    }
}
