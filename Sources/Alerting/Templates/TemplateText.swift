// Text functions of Prometheus' templates: case, host names, regular expressions.

import LinearRegex

/// Works on texts as Go's strings, net and regexp packages do.
enum TemplateText {
    // MARK: Case

    static func upper(_ text: String) -> String {
        mapped(text) { scalar in
            let upper = scalar.properties.uppercaseMapping
            return upper.unicodeScalars.count == 1 ? upper : scalar.properties.titlecaseMapping
        }
    }

    static func lower(_ text: String) -> String {
        mapped(text) { $0 == "\u{130}" ? "i" : $0.properties.lowercaseMapping }
    }

    /// Go maps rune by rune: a mapping to several is left out.
    private static func mapped(
        _ text: String, _ mapping: (Unicode.Scalar) -> String
    ) -> String {
        var view = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { view.append(single(scalar, mapping)) }
        return String(view)
    }

    private static func single(
        _ scalar: Unicode.Scalar, _ mapping: (Unicode.Scalar) -> String
    ) -> Unicode.Scalar {
        let scalars = mapping(scalar).unicodeScalars
        return scalars.count == 1 ? scalars.first ?? scalar : scalar
    }

    /// The first letter of every word in title case.
    static func title(_ text: String) -> String {
        var view = String.UnicodeScalarView()
        var afterSeparator = true
        for scalar in text.unicodeScalars {
            view.append(
                afterSeparator ? single(scalar) { $0.properties.titlecaseMapping } : scalar)
            afterSeparator = isSeparator(scalar)
        }
        return String(view)
    }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "_" { return false }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber:
            return false
        default:
            return scalar.isASCII || scalar.properties.isWhitespace
        }
    }

    /// Whether every number is followed by a unit, units in order and each at most once.
    static func isDurationShape(_ text: String) -> Bool {
        let digits: Set<Character> = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
        var units = ["y", "w", "d", "h", "m", "s", "ms"][...]
        var rest = text[...]
        while let first = rest.first {
            guard digits.contains(first) else { return false }
            rest = rest.drop { digits.contains($0) }
            let unit = String(rest.prefix { !digits.contains($0) })
            guard let place = units.firstIndex(of: unit) else { return false }
            units = units[(place + 1)...]
            rest = rest.dropFirst(unit.count)
        }
        return true
    }

    // MARK: Hosts

    static func withoutPort(_ text: String) -> String {
        split(hostAndPort: text)?.host ?? text
    }

    static func withoutDomain(_ text: String) -> String {
        let parts = split(hostAndPort: text)
        let host = parts?.host ?? text
        if isAddress(host) { return text }
        let name = String(
            host.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)[0])
        guard let port = parts?.port, !port.isEmpty else { return name }
        return name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
    }

    /// `net.SplitHostPort`; nil where Go reports an error.
    private static func split(hostAndPort text: String) -> (host: String, port: String)? {
        let bytes = Array(text.utf8)
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")) else { return nil }
        let host: ArraySlice<UInt8>
        var rest = (open: 0, close: 0)
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")), end + 1 == colon
            else { return nil }
            host = bytes[1..<end]
            rest = (1, end + 1)
        } else {
            host = bytes[..<colon]
            if host.contains(UInt8(ascii: ":")) { return nil }
        }
        if bytes[rest.open...].contains(UInt8(ascii: "[")) { return nil }
        if bytes[rest.close...].contains(UInt8(ascii: "]")) { return nil }
        return (
            String(decoding: host, as: UTF8.self),
            String(decoding: bytes[(colon + 1)...], as: UTF8.self)
        )
    }

    /// Whether `net.ParseIP` takes the text.
    private static func isAddress(_ text: String) -> Bool {
        text.contains(":") ? isVersion6(text) : isVersion4(text)
    }

    private static func isVersion4(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                guard (1...3).contains(part.utf8.count),
                    part.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                    let number = Int(part)
                else { return false }
                return number <= 255 && (part.utf8.count == 1 || !part.hasPrefix("0"))
            }
    }

    private static func isVersion6(_ text: String) -> Bool {
        var groups = text.split(separator: ":", omittingEmptySubsequences: false)
        var count = 0
        let gaps = text.ranges(of: "::").count
        guard gaps <= 1, !text.contains(":::") else { return false }
        if groups.first?.isEmpty == true, !text.hasPrefix("::") { return false }
        if groups.last?.isEmpty == true, !text.hasSuffix("::") { return false }
        if let last = groups.last, last.contains(".") {
            guard isVersion4(String(last)) else { return false }
            groups.removeLast()
            count += 2
        }
        for group in groups where !group.isEmpty {
            guard group.utf8.count <= 4, UInt16(group, radix: 16) != nil, !group.hasPrefix("+")
            else { return false }
            count += 1
        }
        return gaps == 1 ? count < 8 : count == 8
    }

    /// The path of a URL, `""` when it has none.
    static func path(ofURL url: String) -> String {
        var rest = url[...]
        if let scheme = rest.firstRange(of: "://") { rest = rest[scheme.upperBound...] }
        guard let slash = rest.firstIndex(of: "/") else { return "" }
        return String(rest[slash...].prefix { $0 != "?" && $0 != "#" })
    }

    // MARK: Regular expressions

    static func matches(pattern: String, in text: String) throws(TemplateFailure) -> Bool {
        do {
            return try LinearRegex(pattern).matchesPart(of: text)
        } catch {
            throw TemplateFailure(goMessage(error))
        }
    }

    static func replace(
        pattern: String, with replacement: String, in text: String
    ) throws(TemplateFailure) -> String {
        let regex: LinearRegex
        do {
            regex = try LinearRegex(pattern)
        } catch {
            let quoted =
                GoQuote.canBackquote(pattern) ? "`\(pattern)`" : GoQuote.quote(pattern)
            throw TemplateFailure("regexp: Compile(\(quoted)): \(goMessage(error))")
        }
        let source = Array(text.utf8)
        var output: [UInt8] = []
        var lastEnd = 0
        var search = 0
        while search <= source.count {
            guard let groups = regex.firstMatch(in: text, from: search), let whole = groups[0]
            else { break }
            output += source[lastEnd..<whole.lowerBound]
            // An empty match directly after another match is no match of its own.
            if whole.upperBound > lastEnd || whole.lowerBound == 0 {
                output += expand(replacement, groups, source, regex)
            }
            lastEnd = whole.upperBound
            let width = search < source.count ? length(ofCharacterAt: search, source) : 1
            search = max(whole.upperBound, search + width)
        }
        output += source[lastEnd...]
        return String(decoding: output, as: UTF8.self)
    }

    private static func length(ofCharacterAt index: Int, _ bytes: [UInt8]) -> Int {
        var end = index + 1
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return end - index
    }

    /// Puts groups into a replacement: `$1`, `${name}`, `$$`.
    private static func expand(
        _ replacement: String, _ groups: [Range<Int>?], _ source: [UInt8], _ regex: LinearRegex
    ) -> [UInt8] {
        var output: [UInt8] = []
        var rest = Array(replacement.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "$") else {
                output.append(byte)
                continue
            }
            if rest.first == UInt8(ascii: "$") {
                rest = rest.dropFirst()
                output.append(byte)
                continue
            }
            guard let name = groupName(&rest) else {
                output.append(byte)
                continue
            }
            let index = Int(name) ?? regex.groupIndex(named: name)
            if let index, index >= 0, index < groups.count, let range = groups[index] {
                output += source[range]
            }
        }
        return output
    }

    private static func groupName(_ rest: inout ArraySlice<UInt8>) -> String? {
        var body = rest
        let isBraced = body.first == UInt8(ascii: "{")
        if isBraced { body = body.dropFirst() }
        let name = body.prefix { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
        }
        guard !name.isEmpty else { return nil }
        body = body.dropFirst(name.count)
        if isBraced {
            guard body.first == UInt8(ascii: "}") else { return nil }
            body = body.dropFirst()
        }
        rest = body
        return String(decoding: name, as: UTF8.self)
    }

    /// RE2's message in the words of Go's regexp.
    private static func goMessage(_ error: LinearRegexError) -> String {
        let words = [
            ("missing ]", "missing closing ]"), ("missing )", "missing closing )"),
            ("no argument for repetition operator", "missing argument to repetition operator"),
            ("bad repetition operator", "invalid nested repetition operator"),
            ("invalid repetition size", "invalid repeat count"),
            ("invalid named capture group", "invalid named capture"),
            ("invalid perl operator", "invalid or unsupported Perl syntax"),
            ("trailing \\", "trailing backslash at end of expression: ``"),
        ]
        var message = error.message
        var detail = ""
        if let colon = message.firstRange(of: ": ") {
            detail = ": `\(message[colon.upperBound...])`"
            message = String(message[..<colon.lowerBound])
        }
        for (known, go) in words where message == known { message = go }
        return "error parsing regexp: \(message)\(detail)"
    }
}
