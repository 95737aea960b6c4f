// Secrets and addresses of receivers: written, named as a secret, or in a file of their own key.

import PositionedYAML

enum SecretField {
    /// `KEY` or `KEY_file`, not both.
    static func read(
        _ decoder: inout MappingDecoder, _ key: String, isRequired: Bool = false
    ) -> Positioned<SecretReference>? {
        let fileKey = key + "_file"
        let node = decoder.node(key)
        if node?.text?.contains("{{") == true {
            decoder.mistake(key, "a secret is no template")
            return nil
        }
        let written = decoder.secret(key)
        guard let file = decoder.string(fileKey) else {
            if isRequired, node == nil { missing(decoder, key) }
            return written
        }
        guard node == nil else {
            decoder.mistake(fileKey, "`\(key)` is set too; keep one of them")
            return nil
        }
        return reference(toFile: file, decoder, fileKey)
    }

    /// An address: `KEY` or `KEY_file`, not both; nil when neither is written.
    ///
    /// - Parameter isSecret: whether who knows the address can send; it is then kept as a secret.
    static func address(
        _ decoder: inout MappingDecoder, _ key: String, isSecret: Bool = false
    ) -> EndpointURL? {
        let fileKey = key + "_file"
        let file = decoder.string(fileKey)
        guard let node = decoder.node(key) else {
            return file.flatMap { reference(toFile: $0, decoder, fileKey) }
                .map(EndpointURL.secret)
        }
        guard file == nil else {
            decoder.mistake(fileKey, "`\(key)` is set too; keep one of them")
            return nil
        }
        guard let text = node.text else { return decoder.secret(key).map(EndpointURL.secret) }
        guard !text.contains("{{") else {
            decoder.mistake(key, "an address is no template: alerts must not choose where they go")
            return nil
        }
        do {
            _ = try WebAddress(text)
        } catch {
            decoder.mistake(key, error.message)
            return nil
        }
        return isSecret ? decoder.secret(key).map(EndpointURL.secret) : .written(text)
    }

    /// Whether an address is written under either key, rightly or wrongly.
    static func isWritten(_ decoder: inout MappingDecoder, _ key: String) -> Bool {
        decoder.node(key) != nil || decoder.node(key + "_file") != nil
    }

    /// Says that a key is missing.
    static func missing(_ decoder: MappingDecoder, _ key: String, or global: String? = nil) {
        let other = global.map { ", or `\($0)` in `notifications.global`" } ?? ""
        decoder.mistakes.add(
            "\(decoder.field): missing required key `\(key)` (or `\(key)_file`\(other))",
            at: decoder.position)
    }

    /// A file that holds a secret.
    static func reference(
        toFile path: Positioned<String>, _ decoder: MappingDecoder, _ key: String
    ) -> Positioned<SecretReference>? {
        guard !path.value.isEmpty else {
            decoder.mistake(key, "expected the path of a file")
            return nil
        }
        return path.map { .file($0) }
    }
}
