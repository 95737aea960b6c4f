// The seam to the files that a configuration names.

import PositionedYAML

/// Reads files and the environment for the configuration.
///
/// The real twin asks the operating system, the simulated one a dictionary.
package protocol FileAccess {
    /// The bytes of a file.
    ///
    /// - Throws: any error whose description says what is wrong, such as "no such file".
    func bytes(of path: String) throws -> [UInt8]

    /// The paths that a glob pattern matches, sorted.
    func paths(matching pattern: String) -> [String]

    /// The value of an environment variable.
    func environment(_ name: String) -> String?

    /// What changes when a file is written, replaced or touched; the same for any that is absent.
    func fingerprint(of path: String) -> FileFingerprint
}

extension FileAccess {
    /// Files that never change.
    package func fingerprint(of path: String) -> FileFingerprint { FileFingerprint([]) }
}

/// Tells whether a file is the same as before, without reading it.
package struct FileFingerprint: Sendable, Hashable {
    private let parts: [Int]

    /// A fingerprint of place, size and times.
    package init(_ parts: [Int]) {
        self.parts = parts
    }
}

/// Why a file could not be read.
package struct FileAccessError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, in words.
    package let description: String

    /// An error in words.
    package init(_ description: String) {
        self.description = description
    }
}

/// Paths as the configuration writes them.
package enum FilePathText {
    /// A path relative to a directory, unless it is absolute.
    package static func resolve(_ path: String, in directory: String) -> String {
        if path.hasPrefix("/") || directory.isEmpty { return path }
        return directory.hasSuffix("/") ? directory + path : "\(directory)/\(path)"
    }

    /// The directory of a path, or `.`.
    package static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// Turns references into secrets.
package struct SecretResolver {
    private let files: any FileAccess
    private let directory: String

    /// Resolves relative paths in a directory.
    package init(files: any FileAccess, directory: String) {
        self.files = files
        self.directory = directory
    }

    /// A path of the configuration, made absolute or relative to the working directory.
    package func path(_ path: String) -> String {
        FilePathText.resolve(path, in: directory)
    }

    /// The secret that a reference names.
    ///
    /// One trailing line feed of a file is not part of the secret.
    /// - Throws: `FileAccessError` that names the variable or file and says what to do.
    package func resolve(_ reference: SecretReference) throws(FileAccessError) -> Secret {
        switch reference {
        case .literal(let secret): return secret
        case .environment(let name):
            guard let value = files.environment(name), !value.isEmpty else {
                throw FileAccessError("environment variable \(name) is not set; export it")
            }
            return Secret(value)
        case .file(let path):
            let resolved = FilePathText.resolve(path, in: directory)
            let bytes: [UInt8]
            do {
                bytes = try files.bytes(of: resolved)
            } catch {
                throw FileAccessError("secret file \(resolved) cannot be read: \(error)")
            }
            guard var text = String(validating: bytes, as: UTF8.self) else {
                throw FileAccessError("secret file \(resolved) is not UTF-8 text")
            }
            if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
            guard !text.isEmpty else {
                throw FileAccessError("secret file \(resolved) is empty")
            }
            return Secret(text)
        }
    }
}
