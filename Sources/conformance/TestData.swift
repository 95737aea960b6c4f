// Reading test data. What cannot be read is a failure of its own, not an end of the run.

import ConformanceSuites
import Foundation

/// Reads files and folders of test data.
enum TestData {
    /// Runs a suite on each file in turn.
    static func run(
        files: [String], _ suite: ([UInt8], String) -> SuiteTally
    ) -> SuiteTally {
        var tally = SuiteTally()
        for path in files {
            let name = URL(filePath: path).lastPathComponent
            tally.add(run(file: path) { suite($0, name) })
        }
        return tally
    }

    /// Runs a suite on one file; a file that cannot be read counts as a failure.
    static func run(file path: String, _ suite: ([UInt8]) -> SuiteTally) -> SuiteTally {
        do {
            return suite([UInt8](try Data(contentsOf: URL(filePath: path))))
        } catch {
            return unreadable(path, error)
        }
    }

    /// Runs a suite on the entries of a folder in the order of their names.
    ///
    /// - Parameter suite: gets the path of an entry and its name; nil when it is no case.
    static func run(
        folder path: String, _ suite: (String, String) -> SuiteTally?
    ) -> SuiteTally {
        var tally = SuiteTally()
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            for name in names {
                guard let outcome = suite("\(path)/\(name)", name) else { continue }
                tally.add(outcome)
            }
        } catch {
            return unreadable(path, error)
        }
        if tally.count == 0 { tally.fail("\(path): holds no case of this suite") }
        return tally
    }

    /// Whether a path is a folder.
    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && isFolder.boolValue
    }

    private static func unreadable(_ path: String, _ error: any Error) -> SuiteTally {
        var tally = SuiteTally()
        tally.fail("\(path): cannot be read: \(error.localizedDescription)")
        return tally
    }
}
