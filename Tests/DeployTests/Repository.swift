// The files of the repository, and the scripts beside them.

import Foundation
import Glibc

/// The repository that these tests were built from.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func path(_ relative: String) -> String { root.appending(path: relative).path() }

    static func text(_ relative: String) throws -> String {
        try String(contentsOfFile: path(relative), encoding: .utf8)
    }

    /// Names in a folder, sorted.
    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()
    }

    /// Paths of all files below a folder, relative to the repository, sorted.
    static func files(below folder: String) -> [String] {
        (FileManager.default.enumerator(atPath: path(folder))?.compactMap { $0 as? String } ?? [])
            .filter { name in
                var isFolder: ObjCBool = false
                let full = path("\(folder)/\(name)")
                return FileManager.default.fileExists(atPath: full, isDirectory: &isFolder)
                    && !isFolder.boolValue && !name.contains("__pycache__")
            }
            .map { "\(folder)/\($0)" }.sorted()
    }
}

/// How a program ended and what it printed.
struct Outcome: CustomStringConvertible {
    let status: Int32
    let output: String

    var description: String { "exit \(status)\n\(output)" }
}

/// Programs of this machine.
enum Program {
    static func installed(_ name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return (["/usr/bin", "/usr/sbin"] + folders.map(String.init))
            .map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Debian's Python, which has the modules that Debian packages bring.
    static let python = installed("python3")

    /// Whether Debian's Python can import a module.
    static func hasModule(_ name: String) -> Bool {
        guard let python else { return false }
        return (try? run(python, ["-c", "import \(name)"]).status) == 0
    }

    /// Runs a program in the repository; both outputs in one text.
    static func run(
        _ path: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = Repository.root
        process.environment = ProcessInfo.processInfo.environment
            .merging(["PYTHONDONTWRITEBYTECODE": "1"]) { _, new in new }
            .merging(environment) { _, new in new }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
    }
}
