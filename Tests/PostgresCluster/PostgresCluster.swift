// A PostgreSQL server of the tests' own: in a temporary folder, reached by a Unix socket.
//
// 1. It is stopped and its folder removed when the cluster or the test process ends, however that
//    ends: a shell waits for the end of a pipe that this process holds.
// 2. PostgreSQL refuses to run as root; then it runs as the user that its package made.

import Foundation
import Synchronization

/// A running server.
package final class PostgresCluster: Sendable {
    /// Where Debian's newest server has its programs; nil when none is installed.
    package static let programs: String? = {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.compactMap { Int($0) }.sorted().last.map { "\(root)/\($0)/bin" }
    }()

    /// Whether a server can be started.
    package static var isInstalled: Bool { programs != nil }

    private static let common = Mutex<Task<PostgresCluster, any Error>?>(nil)

    /// The folder of the socket; the data lies in `data` below it.
    package let folder: String
    /// The port of TCP connections, if it takes any; it is in the socket's name as well.
    package let port: UInt16?
    let programs: String
    private let supervisor: Process
    private let pipe: Pipe

    private init(
        folder: String, port: UInt16?, programs: String, supervisor: Process, pipe: Pipe
    ) {
        self.folder = folder
        self.port = port
        self.programs = programs
        self.supervisor = supervisor
        self.pipe = pipe
    }

    deinit { try? pipe.fileHandleForWriting.close() }

    /// The cluster that tests share which do it no harm.
    package static func shared() async throws -> PostgresCluster {
        try await common.withLock { task in
            let made = task ?? Task { try await start() }
            task = made
            return made
        }.value
    }

    /// Starts a cluster; with a port it takes connections of loopback, too.
    package static func start(
        settings: [String] = [], port: UInt16? = nil
    ) async throws -> PostgresCluster {
        guard let programs else { throw ClusterFailure("postgresql is not installed") }
        // Short: the path of a socket has 107 bytes at most.
        var template = Array("/tmp/aice-pg.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ClusterFailure("no temporary folder") }
        let folder = String(
            decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let standard = [
            "listen_addresses = ''", "unix_socket_directories = '\(folder)'",
            "max_connections = 400", "fsync = off", "shared_buffers = 32MB",
            "max_wal_senders = 0", "wal_level = minimal", "autovacuum_naptime = 10s",
        ]
        let loopback = port.map { ["listen_addresses = '127.0.0.1'", "port = \($0)"] } ?? []
        let supervisor = Process()
        let input = Pipe()
        let output = Pipe()
        supervisor.executableURL = URL(fileURLWithPath: "/bin/bash")
        supervisor.arguments = [
            "-c", script, "cluster", folder, programs,
            (standard + loopback + settings).joined(separator: "\n"),
        ]
        supervisor.standardInput = input
        supervisor.standardOutput = output
        try supervisor.run()
        let cluster = PostgresCluster(
            folder: folder, port: port, programs: programs, supervisor: supervisor, pipe: input)
        let words = await firstLine(from: output)
        guard words == "ready" else {
            throw ClusterFailure("PostgreSQL did not start: \(words)")
        }
        return cluster
    }

    /// The first line that a program writes; what there was when it ended without one.
    package static func firstLine(from pipe: Pipe) async -> String {
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        let line = await withCheckedContinuation { continuation in
            let thread = Thread {
                var bytes: [UInt8] = []
                var byte: UInt8 = 0
                while read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
                    bytes.append(byte)
                }
                continuation.resume(returning: String(decoding: bytes, as: UTF8.self))
            }
            thread.start()
        }
        withExtendedLifetime(pipe) {}
        return line
    }

    private static let script = """
        folder=$1 programs=$2
        own() {
            if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
        }
        stop() {
            for running in "$folder"/*/postmaster.pid; do
                own "$programs/pg_ctl" -D "${running%/*}" -m immediate stop >/dev/null 2>&1
            done
            rm -rf "$folder"
        }
        trap stop EXIT
        cd "$folder"
        [ "$(id -u)" != 0 ] || chown postgres "$folder"
        own "$programs/initdb" -D "$folder/data" -U ledger -A trust -E UTF8 --locale=C --no-sync \\
            >"$folder/init.log" 2>&1 || { tail -n 3 "$folder/init.log"; exit 1; }
        printf '%s\\n' "$3" >>"$folder/data/postgresql.conf"
        own "$programs/pg_ctl" -D "$folder/data" -w -l "$folder/data/log" start \\
            >"$folder/start.log" 2>&1 </dev/null || { cat "$folder/data/log"; exit 1; }
        echo ready
        exec 1>/dev/null
        cat >/dev/null
        """

    /// Ends the server and removes its folder.
    package func remove() async {
        try? pipe.fileHandleForWriting.close()
        while supervisor.isRunning { try? await Task.sleep(for: .milliseconds(20)) }
    }

    // MARK: Ledgers

    /// The URL of an empty schema of its own.
    package func newLedger() async throws -> String {
        let name = "l" + UUID().uuidString.filter(\.isHexDigit).lowercased()
        try await query("CREATE SCHEMA \(name)")
        return url(schema: name)
    }

    /// The URL of a schema, through another folder's socket when that is named.
    package func url(schema: String, through socket: String? = nil) -> String {
        "postgresql://ledger@/postgres?host=\(socket ?? folder)\(portParameter)"
            + "&options=-csearch_path%3D\(schema)"
    }

    private var portParameter: String { port.map { "&port=\($0)" } ?? "" }

    /// The schema that a ledger's URL names.
    package static func schema(of url: String) -> String {
        String(url[(url.range(of: "%3D")?.upperBound ?? url.endIndex)...])
    }

    /// Runs SQL, in a ledger's schema when its URL is given.
    ///
    /// - Returns: the rows, columns separated by `|`.
    @discardableResult
    package func query(_ sql: String, in url: String? = nil) async throws -> [String] {
        let target = url ?? "postgresql://ledger@/postgres?host=\(folder)\(portParameter)"
        let output = try await Self.run("\(programs)/psql", ["-XAtqc", sql, target], "/")
        return output.split(separator: "\n").map(String.init)
    }

    // MARK: Faults

    /// Stops the server: `fast` or `immediate`, which is a crash.
    package func stop(_ mode: String) async throws {
        try await control(["-m", mode, "-w", "stop"])
    }

    /// Starts it again.
    package func startAgain() async throws {
        try await control(["-w", "-l", "\(folder)/data/log", "start"])
    }

    /// Freezes the server and all its sessions, or lets them go on.
    package func freeze(_ isFrozen: Bool) throws {
        let text = try String(contentsOfFile: "\(folder)/data/postmaster.pid", encoding: .utf8)
        guard let main = text.split(separator: "\n").first.flatMap({ Int32($0) }) else {
            throw ClusterFailure("the server does not run")
        }
        for process in [main] + Self.children(of: main) {
            kill(process, isFrozen ? SIGSTOP : SIGCONT)
        }
    }

    private static func children(of parent: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { process in
            let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
            guard let text, let name = text.lastIndex(of: ")") else { return false }
            return text[name...].split(separator: " ").dropFirst(2).first == "\(parent)"
        }
    }

    /// Runs `pg_ctl` on a data directory.
    func control(_ arguments: [String], of data: String = "data") async throws {
        let all = ["\(programs)/pg_ctl", "-D", "\(folder)/\(data)"] + arguments
        // The server must not hold the pipe of who started it.
        let command = "\"$@\" >/dev/null 2>&1 </dev/null"
        try await Self.runUnprivileged(["/bin/sh", "-c", command, "sh"] + all, in: folder)
    }

    /// Runs a program as a user whom PostgreSQL and its poolers accept.
    package static func runUnprivileged(_ command: [String], in folder: String) async throws {
        let prefix = getuid() == 0 ? ["/usr/sbin/runuser", "-u", "postgres", "--"] : []
        let all = prefix + command
        try await run(all[0], Array(all.dropFirst()), folder)
    }

    /// Runs a program to its end.
    @discardableResult
    package static func run(
        _ program: String, _ arguments: [String], _ folder: String
    ) async throws -> String {
        let child = try SpawnedProgram(program, arguments, in: folder)
        let (status, text) = await child.end()
        guard status == 0 else {
            throw ClusterFailure(
                "\(program) \(arguments.joined(separator: " ")) failed (\(status)): \(text)")
        }
        return text
    }
}

/// What keeps a cluster from doing what a test asks.
package struct ClusterFailure: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
