// How mail writes texts that are not short lines of ASCII.

/// Encodings of headers and bodies.
enum MailText {
    private static let hexadecimal = Array("0123456789ABCDEF".utf8)

    /// The value of an unstructured header: as it is, or in encoded words on folded lines.
    ///
    /// A value can never begin another header: control characters become blanks.
    ///
    /// - Source: RFC 2047 section 4.2 (Q encoding), section 2 (75 characters a word)
    static func header(_ text: String) -> String {
        let clean = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
        let isShort = clean.utf8.count <= 900
        if isShort, clean.utf8.allSatisfy({ $0 < 0x7F }), !clean.contains("=?") { return clean }
        var words: [String] = []
        var word = ""
        for scalar in clean.unicodeScalars {
            let encoded = encodedForWord(scalar)
            if word.utf8.count + encoded.utf8.count > 63 {
                words.append(word)
                word = ""
            }
            word += encoded
        }
        words.append(word)
        return words.map { "=?utf-8?q?\($0)?=" }.joined(separator: "\r\n ")
    }

    private static func encodedForWord(_ scalar: Unicode.Scalar) -> String {
        if scalar == " " { return "_" }
        let isPlain =
            scalar.isASCII && scalar.value > 0x20 && scalar.value < 0x7F
            && !"=?_\"(),.:;<>@[\\]".unicodeScalars.contains(scalar)
        if isPlain { return String(scalar) }
        return String(scalar).utf8.map { byte in
            "=" + String(decoding: digits(byte), as: UTF8.self)
        }.joined()
    }

    /// A mailbox in a header.
    static func header(_ address: MailAddress) -> String {
        if address.displayName.isEmpty { return address.address }
        let name = header(address.displayName)
        let isPlain = name == address.displayName
        return isPlain ? "\"\(name)\" <\(address.address)>" : "\(name) <\(address.address)>"
    }

    /// A body in quoted-printable with lines of at most 76 characters.
    ///
    /// - Source: RFC 2045 section 6.7
    static func quotedPrintable(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        for (number, line) in lines(text).enumerated() {
            if number > 0 { output += [0x0D, 0x0A] }
            var width = 0
            for (index, byte) in line.enumerated() {
                let isLast = index == line.count - 1
                let isBlank = byte == 0x20 || byte == 0x09
                let isPlain =
                    (byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "="))
                    || (isBlank && !isLast)
                let piece = isPlain ? [byte] : [UInt8(ascii: "=")] + digits(byte)
                if width + piece.count > 75 {
                    output += [UInt8(ascii: "="), 0x0D, 0x0A]
                    width = 0
                }
                output += piece
                width += piece.count
            }
        }
        return output
    }

    private static func lines(_ text: String) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        for byte in text.utf8 {
            if byte == 0x0A {
                if line.last == 0x0D { line.removeLast() }
                lines.append(line)
                line = []
            } else {
                line.append(byte)
            }
        }
        return lines + [line]
    }

    private static func digits(_ byte: UInt8) -> [UInt8] {
        [hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
    }
}
