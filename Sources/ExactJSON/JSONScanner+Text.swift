// Numbers and strings: RFC 8259 sections 6 and 7, and the well-formed UTF-8 of Unicode table 3-7.

extension JSONScanner {
    /// A number as written; stands on its first byte.
    mutating func number() throws(ScanFailure) -> JSONNumber {
        let start = offset
        if peek == Byte.minus { offset += 1 }
        if peek == Byte.zero {
            offset += 1
            if let byte = peek, Byte.isDigit(byte) {
                throw failure(.badNumber, "a number must not begin with an extra 0")
            }
        } else {
            try digits()
        }
        if peek == Byte.period {
            offset += 1
            try digits()
        }
        if peek == Byte.lowerE || peek == Byte.upperE {
            offset += 1
            if peek == Byte.plus || peek == Byte.minus { offset += 1 }
            try digits()
        }
        guard offset - start <= limits.numberBytes else {
            offset = start
            throw failure(.numberTooLong, "a number of more than \(limits.numberBytes) bytes")
        }
        return JSONNumber(checked: text(start, offset))
    }

    private mutating func digits() throws(ScanFailure) {
        let start = offset
        while offset < bytes.count, Byte.isDigit(bytes[offset]) { offset += 1 }
        guard offset > start else {
            throw failure(.badNumber, unexpected("a digit").message)
        }
    }

    /// A string, unescaped; stands on its opening quote.
    mutating func string() throws(ScanFailure) -> String {
        let opening = offset
        offset += 1
        let start = offset
        try plainRun()
        if peek == Byte.quote {
            try checkLength(offset - start, opening: opening)
            let plain = text(start, offset)
            offset += 1
            return plain
        }
        var unescaped = Array(bytes[start..<offset])
        while peek == Byte.backslash {
            try escape(into: &unescaped)
            let next = offset
            try plainRun()
            unescaped.append(contentsOf: bytes[next..<offset])
            try checkLength(unescaped.count, opening: opening)
        }
        offset += 1
        return String(decoding: unescaped, as: UTF8.self)
    }

    /// Passes bytes that stand for themselves, up to a quote or a backslash.
    private mutating func plainRun() throws(ScanFailure) {
        skipPlainWords()
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == Byte.quote || byte == Byte.backslash { return }
            if byte < 0x20 {
                throw failure(
                    .controlCharacter, "a control character in a string must be written as \\u00XX")
            }
            if byte < 0x80 {
                offset += 1
            } else if let length = sequenceLength() {
                offset += length
            } else {
                throw failure(.invalidUTF8, "the bytes are not valid UTF-8")
            }
        }
        throw failure(.unexpectedEnd, "the text ends inside a string")
    }

    /// Passes eight bytes at a time while all of them are plain ASCII: no quote, no backslash, no
    /// control character. The rest is left to the loop that knows what to do about them.
    private mutating func skipPlainWords() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let raw = UnsafeRawBufferPointer(bytes)
        while offset + 8 <= raw.count {
            let word = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let quotes = word ^ (ones &* UInt64(Byte.quote))
            let backslashes = word ^ (ones &* UInt64(Byte.backslash))
            // A byte borrows into its highest bit when it is 0, or below 0x20.
            let special =
                ((quotes &- ones) | (backslashes &- ones) | (word &- ones &* 0x20) | word) & highs
            guard special == 0 else { return }
            offset += 8
        }
    }

    private func checkLength(_ length: Int, opening: Int) throws(ScanFailure) {
        guard length > limits.stringBytes else { return }
        throw ScanFailure(
            reason: .stringTooLong, offset: opening,
            message: "a string of more than \(limits.stringBytes) bytes")
    }

    /// The length of the well-formed sequence at `offset`, whose first byte is not ASCII.
    private func sequenceLength() -> Int? {
        let first = bytes[offset]
        let (length, low, high): (Int, UInt8, UInt8)
        switch first {
        case 0xC2...0xDF: (length, low, high) = (2, 0x80, 0xBF)
        case 0xE0: (length, low, high) = (3, 0xA0, 0xBF)
        case 0xED: (length, low, high) = (3, 0x80, 0x9F)
        case 0xE1...0xEF: (length, low, high) = (3, 0x80, 0xBF)
        case 0xF0: (length, low, high) = (4, 0x90, 0xBF)
        case 0xF1...0xF3: (length, low, high) = (4, 0x80, 0xBF)
        case 0xF4: (length, low, high) = (4, 0x80, 0x8F)
        default: return nil
        }
        guard bytes.count - offset >= length else { return nil }
        guard bytes[offset + 1] >= low, bytes[offset + 1] <= high else { return nil }
        for index in stride(from: offset + 2, to: offset + length, by: 1) {
            guard bytes[index] & 0xC0 == 0x80 else { return nil }
        }
        return length
    }

    private mutating func escape(into unescaped: inout [UInt8]) throws(ScanFailure) {
        offset += 1
        guard let byte = peek else {
            throw failure(.unexpectedEnd, "the text ends inside a string")
        }
        switch byte {
        case Byte.quote, Byte.backslash, Byte.slash: unescaped.append(byte)
        case Byte.lowerB: unescaped.append(0x08)
        case Byte.lowerF: unescaped.append(0x0C)
        case Byte.lowerN: unescaped.append(Byte.lineFeed)
        case Byte.lowerR: unescaped.append(Byte.carriageReturn)
        case Byte.lowerT: unescaped.append(Byte.tab)
        case Byte.lowerU: return try unicodeEscape(into: &unescaped)
        default:
            throw failure(.badEscape, "`\\` must be followed by one of \"\\/bfnrtu in a string")
        }
        offset += 1
    }

    /// Stands on the `u`; passes one escape or a pair of surrogates.
    private mutating func unicodeEscape(into unescaped: inout [UInt8]) throws(ScanFailure) {
        let start = offset - 1
        offset += 1
        var code = try fourHexadecimalDigits()
        if code >= 0xD800, code <= 0xDBFF, peek == Byte.backslash,
            offset + 1 < bytes.count, bytes[offset + 1] == Byte.lowerU
        {
            offset += 2
            let low = try fourHexadecimalDigits()
            if low >= 0xDC00, low <= 0xDFFF {
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
            }
        }
        guard let scalar = Unicode.Scalar(code) else {
            offset = start
            throw failure(.loneSurrogate, "half of a surrogate pair stands alone")
        }
        unescaped.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private mutating func fourHexadecimalDigits() throws(ScanFailure) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Byte.hexadecimal(byte) else {
                throw failure(.badEscape, "`\\u` must be followed by four hexadecimal digits")
            }
            code = code << 4 | digit
            offset += 1
        }
        return code
    }

    private func text(_ start: Int, _ end: Int) -> String {
        String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
    }
}
