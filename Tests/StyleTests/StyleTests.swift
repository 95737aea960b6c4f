// The rules of the house that a compiler does not check.

import Foundation
import Testing

@Suite("Style")
struct StyleTests {
    /// Rooms without input and output, tasks and clocks.
    static let pureRooms: Set<String> = [
        "Credits", "ExactJSON", "UsageSources", "Ledger", "Exposition", "PromQL", "Alerting",
        "PositionedYAML", "LinearRegex", "QueryAPI", "RuleTools",
        "SourcePresets",
    ]

    @Test("there are sources to look at")
    func findsSources() {
        #expect(SourceTree.sources.count > 100)
        #expect(SourceTree.files.contains { $0.path == "Tests/StyleTests/StyleTests.swift" })
    }

    @Test("files stay short", arguments: SourceTree.files)
    func filesAreShort(_ file: SourceFile) {
        let limit = file.isTest ? 600 : 400
        #expect(file.lines.count - 1 <= limit, "\(file.path) has \(file.lines.count - 1) lines")
    }

    @Test("functions stay short", arguments: SourceTree.sources)
    func functionsAreShort(_ file: SourceFile) {
        for function in FunctionScanner.functions(in: file) where function.length > 60 {
            Issue.record(
                "\(file.path):\(function.line): \(function.name) has \(function.length) lines")
        }
    }

    @Test("every file begins by saying what it is for", arguments: SourceTree.sources)
    func filesHaveHeaders(_ file: SourceFile) {
        #expect(file.lines.first?.hasPrefix("// ") == true, "\(file.path)")
    }

    @Test("lines fit in 100 columns", arguments: SourceTree.sources)
    func linesAreShort(_ file: SourceFile) {
        for (index, line) in file.lines.enumerated() where line.count > 100 {
            // A text that cannot be broken without changing it may run on.
            guard !line.contains("\"") else { continue }
            Issue.record("\(file.path):\(index + 1) has \(line.count) columns")
        }
    }

    @Test("nothing is left to be done later or allowed to trap", arguments: SourceTree.sources)
    func hasNoReminders(_ file: SourceFile) {
        let banned = ["TO" + "DO", "FIX" + "ME", "fatal" + "Error(", "try" + "! ", "as" + "! "]
        for (index, line) in file.lines.enumerated() {
            for word in banned where line.contains(word) {
                Issue.record("\(file.path):\(index + 1) has `\(word)`")
            }
        }
    }

    @Test("pure rooms read no clock, start no task, do no input or output")
    func pureRoomsArePure() {
        let banned = [
            #"\bDate\(\)"#, #"\bTask \{"#, #"\bTask\.(detached|sleep)"#, "DispatchQueue",
            "FileManager",
            "ContinuousClock", "ProcessInfo", "URLSession", "FileHandle", "gettimeofday",
        ]
        for file in SourceTree.sources where Self.pureRooms.contains(file.target) {
            report(banned, in: file)
        }
    }

    @Test("tasks are structured outside the edges")
    func tasksAreStructured() {
        let edges: Set<String> = [
            "CurlTransport", "WebServer", "SQLStore", "UsageSimulation", "usage-simulator",
        ]
        let banned = [#"\bTask \{"#, #"\bTask\.detached"#, "DispatchQueue", #"\bDate\(\)"#]
        for file in SourceTree.sources where !edges.contains(file.target) {
            report(banned, in: file)
        }
    }

    private func report(_ patterns: [String], in file: SourceFile) {
        for (index, line) in file.lines.enumerated() where !line.isComment {
            for pattern in patterns
            where line.range(of: pattern, options: .regularExpression) != nil {
                Issue.record("\(file.path):\(index + 1) has `\(pattern)`")
            }
        }
    }

    @Test("nothing is public: the package is a program")
    func nothingIsPublic() {
        for file in SourceTree.sources {
            for (index, line) in file.lines.enumerated() {
                let text = line.trimmingCharacters(in: .whitespaces)
                let words = text.split(separator: " ").prefix(2)
                let isOpen =
                    words.first == "open" && ["class", "func", "var"].contains(words.last ?? "")
                if words.first == "public" || isOpen {
                    Issue.record("\(file.path):\(index + 1): \(text)")
                }
            }
        }
    }

    @Test("the project names no machine, absolute home or registry")
    func namesNoPlaces() {
        let banned = ["/" + "work/", "/" + "root/", "/tmp/" + "h/"]
        for file in SourceTree.files where file.target != "StyleTests" {
            for (index, line) in file.lines.enumerated() {
                for word in banned where line.contains(word) {
                    Issue.record("\(file.path):\(index + 1) has `\(word)`")
                }
            }
        }
    }
}

extension String {
    fileprivate var isComment: Bool {
        trimmingCharacters(in: .whitespaces).hasPrefix("//")
    }
}
