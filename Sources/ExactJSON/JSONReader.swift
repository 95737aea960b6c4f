// The entry of reading: bytes to a value, or an error that knows its place.

/// Reads JSON texts strictly as RFC 8259 and keeps every number as it was written.
///
/// Text is UTF-8 without surrogates; a lone surrogate escape is refused, since no Swift string
/// and no Prometheus label could hold it.
package enum JSONReader {
    /// Reads one document.
    ///
    /// - Parameters:
    ///   - bytes: the whole text.
    ///   - limits: bounds; see `JSONLimits`.
    ///   - repeatedKeys: whether an object may repeat a name.
    ///   - byteOrderMark: whether a leading UTF-8 byte order mark is passed over.
    /// - Throws: the first mistake.
    package static func read(
        _ bytes: [UInt8], limits: JSONLimits = .standard, repeatedKeys: RepeatedKeys = .refuse,
        byteOrderMark: ByteOrderMark = .refuse
    ) throws(JSONError) -> JSONValue {
        guard bytes.count <= limits.bytes else {
            throw JSONError(
                reason: .tooManyBytes,
                message: "the text has \(bytes.count) bytes, the limit is \(limits.bytes)",
                offset: limits.bytes, line: 1, column: 1, location: NormalizedPath())
        }
        return try bytes.withUnsafeBufferPointer { buffer throws(JSONError) -> JSONValue in
            var scanner = JSONScanner(bytes: buffer, limits: limits, repeatedKeys: repeatedKeys)
            do throws(ScanFailure) {
                return try scanner.document(byteOrderMark: byteOrderMark)
            } catch {
                throw error.located(in: buffer)
            }
        }
    }

    /// Reads one document from text.
    package static func read(
        _ text: String, limits: JSONLimits = .standard, repeatedKeys: RepeatedKeys = .refuse
    ) throws(JSONError) -> JSONValue {
        try read(Array(text.utf8), limits: limits, repeatedKeys: repeatedKeys)
    }
}

/// What the scanner throws: small, so that the fast path stays fast.
struct ScanFailure: Error {
    let reason: JSONError.Reason
    let offset: Int
    let message: String
    var name: String?

    /// Adds line, column and path by walking the text once more up to the mistake.
    func located(in bytes: UnsafeBufferPointer<UInt8>) -> JSONError {
        var locator = JSONLocator(bytes: bytes, end: min(offset, bytes.count))
        locator.walk()
        var location = locator.location()
        if let name { location = location.appending(.name(name)) }
        return JSONError(
            reason: reason, message: message, offset: offset, line: locator.line,
            column: locator.column, location: location)
    }
}
