// A program that is waited for by its identifier: Foundation's `Process` would wait for the
// daemons that it leaves behind, too.

import Foundation

/// A started program; its outputs go to a file.
struct SpawnedProgram {
    private let identifier: pid_t
    private let output: String

    init(_ program: String, _ arguments: [String], in folder: String) throws {
        output = FileManager.default.temporaryDirectory
            .appending(path: "cluster-\(UUID().uuidString)").path()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        // The shell goes to the folder and closes what it inherited.
        let script =
            "cd \"$1\"; shift; for f in /proc/self/fd/*; do f=${f##*/}; "
            + "[ \"$f\" -le 2 ] || eval \"exec $f>&-\"; done 2>/dev/null; exec \"$@\""
        let all = ["/bin/bash", "-c", script, "bash", folder, program] + arguments
        let words = all.map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var started: pid_t = 0
        let code = posix_spawn(&started, "/bin/bash", &actions, &attributes, words, environ)
        guard code == 0 else {
            throw ClusterFailure("\(program) cannot be started: \(String(cString: strerror(code)))")
        }
        identifier = started
    }

    /// Waits for the end.
    func end() async -> (status: Int32, output: String) {
        let identifier = identifier
        let status = await withCheckedContinuation { continuation in
            let thread = Thread {
                var status: Int32 = 0
                while waitpid(identifier, &status, 0) == -1, errno == EINTR {}
                continuation.resume(returning: status)
            }
            thread.start()
        }
        let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        unlink(output)
        return (status, text)
    }
}
