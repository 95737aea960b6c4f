// Who holds a ledger, and whether that process lives, as far as this machine can tell.

import Credits
import Foundation

/// One process of one machine.
package struct ProcessIdentity: Sendable, Hashable, CustomStringConvertible {
    /// In words: process, machine, start.
    package let description: String
    /// Boot of the machine, space of process identifiers, identifier, start within the boot.
    let text: String

    /// What a machine knows about a process that it did not name itself.
    enum Life {
        case alive, dead
        /// Of another machine or another container, or hidden from this process.
        case unknown
    }

    /// What the system shows of a process.
    private enum Sight {
        /// It runs, and started so many ticks after the boot.
        case running(since: String)
        /// It has ended, and only waits to be collected.
        case ended
        /// There is no such process, or it is hidden: `hidepid`, `ProtectProc=`.
        case nothing
    }

    /// This process.
    package static let current: ProcessIdentity = {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let host = String(
            decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let now = Timestamp(seconds: Int64(time(nil)))
        let identifier = getpid()
        return ProcessIdentity(
            description: "process \(identifier) on \(host), started \(now)",
            text: "\(machine) \(identifier) \(start(of: identifier))")
    }()

    init(description: String, text: String) {
        self.description = description
        self.text = text
    }

    /// Whether the process of an identity's text lives.
    ///
    /// - Parameter processes: where the system shows its processes.
    static func life(of text: String, shownIn processes: String = "/proc") -> Life {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 4, !machine.isEmpty, words[0...1].joined(separator: " ") == machine,
            let identifier = Int32(words[2])
        else { return .unknown }
        switch sight(of: identifier, in: processes) {
        case .running(let start): return start == words[3] ? .alive : .dead
        case .ended: return .dead
        case .nothing:
            // Of a hidden process only this tells that it is there; whose it is, nobody does.
            return kill(identifier, 0) != 0 && errno == ESRCH ? .dead : .unknown
        }
    }

    /// This boot of this machine and this space of process identifiers; empty when not known.
    private static let machine: String = {
        guard
            let boot = try? String(
                contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8),
            let space = try? FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/ns/pid")
        else { return "" }
        return "\(boot.prefix { !$0.isWhitespace }) \(space)"
    }()

    /// When a process started, in ticks since the boot; empty when it is not seen to run.
    private static func start(of identifier: Int32) -> String {
        guard case .running(let start) = sight(of: identifier, in: "/proc") else { return "" }
        return start
    }

    private static func sight(of identifier: Int32, in processes: String) -> Sight {
        let path = "\(processes)/\(identifier)/stat"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let name = text.lastIndex(of: ")")
        else { return .nothing }
        // Behind the name, which may hold anything: field 3 is the state, field 22 the start.
        let fields = text[name...].dropFirst().split(separator: " ")
        guard fields.count > 19 else { return .nothing }
        if fields[0] == "Z" || fields[0] == "X" { return .ended }
        return .running(since: String(fields[19]))
    }
}
