// Why PostgreSQL cannot be reached, in words for a person at 3 a.m.
//
// Source: libpq 15, fe-connect.c, fe-secure-openssl.c; PostgreSQL's "SSL Support".

/// What libpq says about a connection that was not made.
struct ConnectionRefusal {
    /// A message's words, what to do about it, and whether trying again can help.
    private static let known: [(words: String, advice: String, isFinal: Bool)] = [
        (
            "certificate verify failed",
            "its certificate is not signed by an authority of sslrootcert, or not valid now", true
        ),
        (
            "does not match host name",
            "its certificate is for another host: name that host in the URL, or give the server "
                + "a certificate for this one", true
        ),
        (
            "root certificate file",
            "the authorities' certificates are missing: name their file with sslrootcert", true
        ),
        (
            "could not read root certificate",
            "the file that sslrootcert names holds no certificate", true
        ),
        (
            "server does not support SSL",
            "it offers no TLS, which the URL demands: switch ssl on there", true
        ),
        (
            "certificate required",
            "it wants a certificate of the agent: name it with sslcert and sslkey", true
        ),
        (
            "no password supplied",
            "it wants a password: name its file with PGPASSFILE (mode 0600, a line "
                + "HOST:PORT:DATABASE:USER:PASSWORD), or set PGPASSWORD", true
        ),
        (
            "password authentication failed",
            "it does not take the password: look at the file that PGPASSFILE names, or at "
                + "PGPASSWORD", true
        ),
        ("no pg_hba.conf entry", "allow this user and host in the server's pg_hba.conf", true),
        (
            "too many c",
            "it has no free connection for the agent, which takes 3: raise its max_connections, or "
                + "the limit of this user or database", false
        ),
        (
            "remaining connection slots",
            "it has no free connection for the agent, which takes 3: raise its max_connections",
            false
        ),
        // A failover may be under way.
        (
            "session is read-only",
            "it is a standby or read-only: name the primary, or all hosts, in the URL", false
        ),
        (
            "server is in hot standby mode",
            "it is a standby: name the primary, or all hosts, in the URL", false
        ),
    ]

    /// What the server says while it cannot take connections yet or any more.
    private static let passing = [
        "starting up", "shutting down", "recovery", "too many", "slots",
    ]

    /// Whether trying again at once is of no use.
    let isFinal: Bool
    /// In words: what to do, then libpq's message.
    let description: String

    /// A refusal from libpq's message.
    init(_ message: String) {
        let found = Self.known.filter { message.contains($0.words) }
        // Of several hosts each may say something else; one that may change is worth a wait.
        isFinal =
            found.first.map { _ in found.allSatisfy(\.isFinal) }
            ?? (message.contains("FATAL:") && !Self.passing.contains { message.contains($0) })
        description = found.first.map { "\($0.advice); PostgreSQL: \(message)" } ?? message
    }
}
