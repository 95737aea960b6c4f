// The small parts of agent.yml: durations in bounds, labels, tokens.

import PositionedYAML
import PromQL

/// Decodes small parts.
enum ConfigurationScalars {
    /// The labels of the agent's own samples when none are configured.
    static let standardScrapeLabels = [
        LabelPair(name: "job", value: "ai-credits-agent"),
        LabelPair(name: "instance", value: "localhost:10190"),
    ]

    static func labels(_ key: String, in mapping: inout MappingDecoder) -> [LabelPair]? {
        guard let pairs = mapping.stringMap(key) else { return nil }
        return pairs.compactMap { name, value in
            guard isLabelName(name.value), name.value != SeriesLabels.nameLabel else {
                mapping.mistakes.add(
                    "\(mapping.field(of: key)): \"\(name.value)\" is no label name",
                    at: name.position)
                return nil
            }
            return LabelPair(name: name.value, value: value.value)
        }
    }

    private static func isLabelName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
        }
    }

    static func anonymousAccess(in mapping: inout MappingDecoder) -> Set<AnonymousAccess> {
        guard let words = mapping.strings("anonymous_access") else {
            return Set(AnonymousAccess.allCases)
        }
        let known = AnonymousAccess.allCases.map(\.rawValue)
        return Set(
            words.compactMap { word in
                if let access = AnonymousAccess(rawValue: word.value) { return access }
                mapping.mistakes.add(
                    "\(mapping.field(of: "anonymous_access")): \"\(word.value)\" is not known; "
                        + "there are \(known.joined(separator: ", "))", at: word.position)
                return nil
            })
    }

    static func tokens(in mapping: inout MappingDecoder) -> [APIToken] {
        var names: Set<String> = []
        var owners: [[UInt8]: (name: String, position: SourcePosition)] = [:]
        return (mapping.mappings("api_tokens") ?? []).compactMap { entry in
            var entry = entry
            let name = entry.requiredString("name")
            let role = entry.requiredChoice("role", of: APITokenRole.allCases.map(\.rawValue))
            let hash = entry.requiredString("sha256")
            entry.finish()
            guard let name, let hash, let role = role.flatMap({ APITokenRole(rawValue: $0.value) })
            else { return nil }
            if !names.insert(name.value).inserted {
                entry.mistake("name", "there are two tokens named `\(name.value)`")
            }
            if let mistake = APIToken.mistake(inName: name.value) { entry.mistake("name", mistake) }
            guard let digest = digest(hash.value) else {
                entry.mistake("sha256", "expected 64 hexadecimal digits: the SHA-256 of the token")
                return nil
            }
            // Whoever sends it has one role, and the audit one name.
            if let owner = owners[digest] {
                entry.mistake(
                    "sha256",
                    "this is the token of `\(owner.name)`, \(owner.position); make another one "
                        + "with `token new`")
            }
            owners[digest] = owners[digest] ?? (name.value, hash.position)
            return APIToken(name: name.value, role: role, sha256: digest)
        }
    }

    private static func digest(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            let pair = String(decoding: digits[index...(index + 1)], as: UTF8.self)
            guard pair.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
                let byte = UInt8(pair, radix: 16)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}
