// The system calls that start a program.

import Foundation
import Glibc

/// Starts programs.
enum Spawn {
    /// Starts a program in a process group of its own, its outputs in files.
    static func start(
        _ program: String, _ arguments: [String], folder: String,
        environment: [String: String], output: String, error: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for (descriptor, path) in [(Int32(1), output), (Int32(2), error)] {
            posix_spawn_file_actions_addopen(
                &actions, descriptor, path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        try Extension.closeFrom(&actions, 3)
        try folder.withCString { try Extension.changeDirectory(&actions, $0) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var usual = sigset_t()
        sigemptyset(&usual)
        for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGXFSZ] { sigaddset(&usual, number) }
        posix_spawnattr_setsigdefault(&attributes, &usual)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes,
            Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        var identifier: pid_t = 0
        let code = withCStrings([program] + arguments) { arguments in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
                posix_spawn(
                    &identifier, program, &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else {
            throw Missing("\(program) cannot be started: \(String(cString: strerror(code)))")
        }
        return identifier
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        return body(pointers + [nil])
    }
}

/// GNU's own additions, which the headers show only on demand.
private enum Extension {
    typealias Actions = UnsafeMutablePointer<posix_spawn_file_actions_t>

    static func closeFrom(_ actions: Actions, _ descriptor: Int32) throws {
        typealias Function = @convention(c) (Actions, Int32) -> Int32
        let address = try address("posix_spawn_file_actions_addclosefrom_np")
        _ = unsafeBitCast(address, to: Function.self)(actions, descriptor)
    }

    static func changeDirectory(_ actions: Actions, _ path: UnsafePointer<CChar>) throws {
        typealias Function = @convention(c) (Actions, UnsafePointer<CChar>) -> Int32
        let address = try address("posix_spawn_file_actions_addchdir_np")
        _ = unsafeBitCast(address, to: Function.self)(actions, path)
    }

    private static func address(_ name: String) throws -> UnsafeMutableRawPointer {
        guard let address = dlsym(nil, name) else { throw Missing("this C library has no \(name)") }
        return address
    }
}
