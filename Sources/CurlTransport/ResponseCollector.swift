// Gathers the bytes of a response within bounds. Pure: libcurl's callbacks feed it.
//
// 1. `body` never holds more than `maximumBodyBytes`.
// 2. Header lines of interim responses and trailers count, but only the final block is kept.

import Ports

/// The response so far.
struct ResponseCollector {
    private let maximumBodyBytes: Int
    private let maximumHeaderBytes: Int
    private let maximumHeaderCount: Int
    private let keepsLastLine: Bool
    private var headerBytes = 0
    private var headerCount = 0
    private var blockIsComplete = false

    /// Headers of the last response block.
    private(set) var headers: [HTTPHeader] = []
    /// Decoded body.
    private(set) var body: [UInt8] = []
    /// Whether a long body is cut, not refused.
    var cutsLongBody = false
    /// Whether the body was cut; the transfer ends there.
    private(set) var isCut = false
    /// A mail server's last reply, but for the one that says goodbye.
    private(set) var lastLine: [UInt8] = []
    /// Which bound was passed, in words; nil while none was.
    private(set) var excess: String?

    /// An empty response with its bounds.
    init(
        maximumBodyBytes: Int, maximumHeaderBytes: Int, maximumHeaderCount: Int,
        keepsLastLine: Bool = false
    ) {
        self.keepsLastLine = keepsLastLine
        self.maximumBodyBytes = max(0, maximumBodyBytes)
        self.maximumHeaderBytes = maximumHeaderBytes
        self.maximumHeaderCount = maximumHeaderCount
    }

    /// Adds decoded body bytes; false when they would pass the bound.
    mutating func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= maximumBodyBytes - body.count else {
            if cutsLongBody {
                body.append(contentsOf: bytes.prefix(maximumBodyBytes - body.count))
                isCut = true
                return false
            }
            excess = "the body is larger than \(maximumBodyBytes) bytes"
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    /// Adds one header line with its line end; false when it would pass a bound.
    mutating func takeHeaderLine(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= maximumHeaderBytes - headerBytes else {
            excess = "the headers are larger than \(maximumHeaderBytes) bytes"
            return false
        }
        guard headerCount < maximumHeaderCount else {
            excess = "there are more than \(maximumHeaderCount) header lines"
            return false
        }
        headerBytes += bytes.count
        headerCount += 1
        if keepsLastLine, !bytes.starts(with: "221".utf8) {
            lastLine = Array(Self.trimmed(bytes[...]))
        }
        read(bytes)
        return true
    }

    private mutating func read(_ bytes: UnsafeRawBufferPointer) {
        let line = Self.trimmed(bytes[...])
        if bytes.starts(with: "HTTP/".utf8) {
            headers = []
            blockIsComplete = false
        } else if blockIsComplete {
            return  // A trailer.
        } else if line.isEmpty {
            blockIsComplete = true
        } else if let first = bytes.first, Self.isSpace(first), let last = headers.popLast() {
            let text = String(decoding: line, as: UTF8.self)
            headers.append(HTTPHeader(last.name, "\(last.value) \(text)"))
        } else if let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
            headers.append(
                HTTPHeader(
                    String(decoding: Self.trimmed(bytes[..<colon]), as: UTF8.self),
                    String(decoding: Self.trimmed(bytes[(colon + 1)...]), as: UTF8.self)))
        }
    }

    /// What `Retry-After` asks for.
    ///
    /// - Parameter fromDate: libcurl's reading, used when the value is a date; libcurl also takes
    ///   eight digits for a date, so numbers are read here.
    /// - Returns: seconds, 0 for a date in the past; nil without a readable header.
    func retryAfterSeconds(fromDate seconds: Int) -> Int? {
        guard let value = headers.first(where: { $0.name.lowercased() == "retry-after" })?.value,
            let first = value.utf8.first
        else { return nil }
        if value.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            return Int(value) ?? .max
        }
        // A date begins with the name of its day.
        let letters = UInt8(ascii: "A")...UInt8(ascii: "z")
        return letters.contains(first) && seconds != 0 ? max(0, seconds) : nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
    }

    private static func trimmed(
        _ bytes: Slice<UnsafeRawBufferPointer>
    ) -> Slice<UnsafeRawBufferPointer> {
        guard let first = bytes.firstIndex(where: { !isSpace($0) }),
            let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return bytes[bytes.startIndex..<bytes.startIndex] }
        return bytes[first...last]
    }
}
