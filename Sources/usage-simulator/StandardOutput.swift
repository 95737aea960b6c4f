// Lines for whoever started the simulator, unbuffered.

import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes whole lines at once.
enum StandardOutput {
    /// One line to standard output.
    static func write(_ line: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
    }

    /// One line to standard error.
    static func complain(_ line: String) {
        let text = "usage-simulator: " + line + "\n"
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// Ends the program with 0 on SIGINT and SIGTERM: it has nothing to lose.
    static func endQuietlyOnSignals() {
        signal(SIGINT) { _ in _exit(0) }
        signal(SIGTERM) { _ in _exit(0) }
        signal(SIGPIPE, SIG_IGN)
    }
}
