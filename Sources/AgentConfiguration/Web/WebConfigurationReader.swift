// Reads `--web.config.file`, gathering every mistake.

import PositionedYAML

/// What reading the web's configuration gives.
package struct WebConfigurationReading: Sendable {
    /// The configuration; nil when there is an error.
    package let configuration: WebConfiguration?
    /// Errors and warnings, sorted by position.
    package let mistakes: [Mistake]
    /// The file itself and those it names: what changes when one of them does.
    package let files: [String]
}

/// Reads web configurations.
package struct WebConfigurationReader {
    private static let maximumUsers = 1000
    /// The headers that may be set, with their values where these are a closed list.
    private static let headers: [(name: String, values: [String])] = [
        ("Content-Security-Policy", []), ("Strict-Transport-Security", []),
        ("X-Content-Type-Options", ["nosniff"]), ("X-Frame-Options", ["deny", "sameorigin"]),
        ("X-XSS-Protection", []),
    ]

    private let files: any FileAccess

    /// A reader of files.
    package init(files: any FileAccess) {
        self.files = files
    }

    /// Reads a configuration and the files it names.
    package func read(_ path: String) -> WebConfigurationReading {
        let mistakes = MistakeCollector()
        var named = [path]
        let configuration = decode(path, mistakes, named: &named)
        return WebConfigurationReading(
            configuration: mistakes.hasErrors ? nil : configuration, mistakes: mistakes.list,
            files: named)
    }

    private func decode(
        _ path: String, _ mistakes: MistakeCollector, named: inout [String]
    ) -> WebConfiguration? {
        do {
            let bytes = try files.bytes(of: path)
            guard let node = try YAMLReader.read(bytes, file: path) else {
                // As in exporter-toolkit, an empty file guards nothing.
                return WebConfiguration(
                    file: path, tls: nil, headers: [], users: [], rateLimit: nil, isEmptyFile: true)
            }
            guard var mapping = MappingDecoder(node, field: "", into: mistakes) else { return nil }
            let tls = mapping.mapping("tls_server_config").flatMap { mapping in
                var decoder = TLSSettingsDecoder(
                    mapping, files: files, directory: FilePathText.directory(of: path))
                let settings = decoder.decode()
                named += decoder.named
                return settings
            }
            let headers = headers(in: &mapping)
            let users = users(in: &mapping)
            let rateLimit = rateLimit(in: &mapping)
            mapping.finish()
            return WebConfiguration(
                file: path, tls: tls, headers: headers, users: users, rateLimit: rateLimit,
                isEmptyFile: false)
        } catch let error as Mistakes {
            mistakes.add(error)
        } catch {
            mistakes.add(
                "cannot be read: \(error); name the file with --web.config.file",
                at: SourcePosition(file: path, line: 1, column: 1))
        }
        return nil
    }

    private func headers(in mapping: inout MappingDecoder) -> [WebHeader] {
        guard var server = mapping.mapping("http_server_config") else { return [] }
        // HTTP/1.1 is spoken either way, so this decides nothing here.
        _ = server.boolean("http2")
        let pairs = server.stringMap("headers") ?? []
        server.finish()
        return pairs.compactMap { name, value in
            guard let known = Self.headers.first(where: { $0.name == name.value }) else {
                let names = Self.headers.map(\.name)
                var message = "HTTP header \"\(name.value)\" can not be configured"
                if let near = NearestWord.nearest(to: name.value, among: names) {
                    message += "; did you mean `\(near)`?"
                } else {
                    message += "; there are \(names.joined(separator: ", "))"
                }
                server.mistakes.add(message, at: name.position)
                return nil
            }
            guard known.values.isEmpty || known.values.contains(value.value) else {
                server.mistakes.add(
                    "invalid value for \(known.name): expected one of "
                        + known.values.joined(separator: ", "), at: value.position)
                return nil
            }
            guard value.value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
                server.mistakes.add(
                    "invalid value for \(known.name): only printable ASCII can be sent",
                    at: value.position)
                return nil
            }
            return WebHeader(name: known.name, value: value.value)
        }
    }

    private func users(in mapping: inout MappingDecoder) -> [BasicUser] {
        let pairs = mapping.stringMap("basic_auth_users") ?? []
        if pairs.count > Self.maximumUsers {
            mapping.mistake("basic_auth_users", "at most \(Self.maximumUsers) users are possible")
        }
        return pairs.compactMap { name, hash in
            guard !name.value.contains(":") else {
                mapping.mistakes.add(
                    "basic_auth_users: a name with a colon can never be sent", at: name.position)
                return nil
            }
            guard let hash = BcryptHash(hash.value) else {
                mapping.mistakes.add(
                    "basic_auth_users.\(name.value): expected a bcrypt hash of cost "
                        + "\(BcryptHash.costs.lowerBound) to \(BcryptHash.costs.upperBound); "
                        + "`htpasswd -nBC 10 \"\"` prints one after its colon",
                    at: hash.position)
                return nil
            }
            return BasicUser(name: name.value, hash: hash)
        }
    }

    private func rateLimit(in mapping: inout MappingDecoder) -> WebRateLimit? {
        guard var limit = mapping.mapping("rate_limit") else { return nil }
        let interval = limit.duration("interval", in: 0...3_600_000, standard: 0)
        let burst = limit.integer("burst", in: 0...1_000_000)?.value ?? 0
        if interval > 0, burst < 1 {
            limit.mistake("burst", "without a burst of at least 1 every request would be refused")
        }
        limit.finish()
        return interval > 0
            ? WebRateLimit(intervalMilliseconds: interval, burst: burst) : nil
    }
}
