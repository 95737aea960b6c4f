// The recorded trace that may lie beside the repository.

import Foundation

/// Where the recorded trace is.
enum RecordedTrace {
    private static let data = Programs.repository.appending(path: "../shared/data").standardized

    /// The file of code completions, then that of conversations.
    static let files = ["code", "conv"].map {
        data.appending(path: "AzureLLMInferenceTrace_\($0).csv").path()
    }

    /// Whether it is there.
    static let isThere = files.allSatisfy { FileManager.default.fileExists(atPath: $0) }
}
