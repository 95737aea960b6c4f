// The programs under test and the programs of the machine that some tests need.

import Foundation

/// Where programs are.
enum Programs {
    static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static var alertRules: URL { repository.appending(path: "alerts.yml") }

    static func agent() throws -> String { try built("ai-credits-agent") }

    static func simulator() throws -> String { try built("usage-simulator") }

    /// A program beside the tests, else in the debug folder of the repository.
    private static func built(_ name: String) throws -> String {
        var places = [".build/debug", ".build/release"].map { repository.appending(path: $0) }
        if let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            places.insert(URL(filePath: own).deletingLastPathComponent(), at: 0)
        }
        for place in places {
            let path = place.appending(path: name).path()
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        throw Missing(
            "the program \(name) is not there; build it with `swift build --product \(name)` "
                + "(looked in \(places.map { $0.path() }.joined(separator: ", ")))")
    }

    /// The path of an installed program; nil when it is not installed.
    static func installed(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return (folders.map(String.init) + ["/usr/bin", "/usr/sbin", "/bin", "/sbin"])
            .map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// The path of an installed program that a test cannot do without.
    static func needed(_ name: String) throws -> String {
        guard let path = installed(name) else { throw Missing("\(name) is not installed") }
        return path
    }
}

/// Something that a test needs is not there.
struct Missing: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
