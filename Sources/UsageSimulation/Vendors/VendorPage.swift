// Cutting lists into pages.
//
// 1. Pages are smaller than the vendors' own: a month has several.

/// A part of a list.
package struct VendorPage<Item> {
    /// The items of the page.
    package let items: [Item]
    /// Where the next page begins; nil on the last.
    package let next: Int?

    /// The page that begins at an index.
    package init(_ list: [Item], from begin: Int, size: Int) {
        let first = min(max(begin, 0), list.count)
        let end = min(first + max(size, 1), list.count)
        items = Array(list[first..<end])
        next = end < list.count ? end : nil
    }
}

/// Limits of the pages.
package enum VendorPages {
    /// The most time buckets of a page.
    package static let mostBuckets = 7
    /// The most rows of a page.
    package static let mostRows = 25

    /// A cursor that is good for one question alone.
    static func cursor(_ offset: Int, for question: String) -> String {
        "page_\(offset)_\(fingerprint(question))"
    }

    /// Where a cursor leads.
    static func offset(_ cursor: String?, for question: String) throws(VendorRefusal) -> Int {
        guard let cursor else { return 0 }
        let parts = cursor.split(separator: "_")
        guard parts.count == 3, parts[0] == "page", let offset = Int(parts[1]), offset >= 0,
            parts[2] == fingerprint(question)
        else {
            throw .parameter("the page token is not one of this query's")
        }
        return offset
    }

    private static func fingerprint(_ text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash, radix: 36)
    }
}
