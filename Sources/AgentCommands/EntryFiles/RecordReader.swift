// Lines, and the quoted cells of RFC 4180 that may run over several of them, from chunks of bytes.

/// Reads records from bytes.
struct RecordReader {
    private static let maximumBytes = 1 << 20

    private let chunks: EntryFileReader.Chunks
    private var buffer: [UInt8] = []
    private var index = 0
    private var hasBegun = false
    /// The line that the next record begins in, from 1.
    private(set) var line = 1

    init(_ chunks: @escaping EntryFileReader.Chunks) {
        self.chunks = chunks
    }

    /// The first byte of the file, behind a byte order mark.
    mutating func firstByte() throws -> UInt8? {
        try peek()
    }

    /// The next line without its end; nil at the end of the file.
    mutating func rawLine() throws -> [UInt8]? {
        guard try peek() != nil else { return nil }
        var bytes: [UInt8] = []
        while let byte = try take(), byte != UInt8(ascii: "\n") {
            bytes.append(byte)
            try check(bytes.count)
        }
        line += 1
        return bytes
    }

    /// The cells of the next record; nil at the end of the file.
    mutating func cells() throws -> [String]? {
        guard try peek() != nil else { return nil }
        let start = line
        var cells: [String] = []
        var size = 0
        while true {
            let cell = try cell(startingIn: start)
            size += cell.bytes.count + 1
            try check(size)
            cells.append(String(decoding: cell.bytes, as: UTF8.self))
            if cell.isLast { return cells }
        }
    }

    private mutating func cell(startingIn start: Int) throws -> (bytes: [UInt8], isLast: Bool) {
        var bytes: [UInt8] = []
        if try peek() == UInt8(ascii: "\"") {
            _ = try take()
            try takeQuoted(into: &bytes, startingIn: start)
        }
        while let byte = try take() {
            if byte == UInt8(ascii: ",") { return (bytes, false) }
            if byte == UInt8(ascii: "\n") {
                line += 1
                return (bytes, true)
            }
            if byte == UInt8(ascii: "\r"), try peek() == UInt8(ascii: "\n") { continue }
            bytes.append(byte)
            try check(bytes.count)
        }
        return (bytes, true)
    }

    private mutating func takeQuoted(into bytes: inout [UInt8], startingIn start: Int) throws {
        while let byte = try take() {
            if byte == UInt8(ascii: "\"") {
                guard try peek() == UInt8(ascii: "\"") else { return }
                _ = try take()
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
            bytes.append(byte)
            try check(bytes.count)
        }
        throw EntryFileError(line: start, message: "has a quote that is never closed")
    }

    private func check(_ count: Int) throws(EntryFileError) {
        guard count <= Self.maximumBytes else {
            throw EntryFileError(
                line: line, message: "is longer than \(Self.maximumBytes >> 20) MiB")
        }
    }

    private mutating func take() throws -> UInt8? {
        guard let byte = try peek() else { return nil }
        index += 1
        return byte
    }

    private mutating func peek() throws -> UInt8? {
        if index < buffer.count { return buffer[index] }
        buffer = try chunks()
        index = 0
        if !hasBegun {
            hasBegun = true
            if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
        }
        return index < buffer.count ? buffer[index] : nil
    }
}
