// Buckets of time, as OpenAI and Anthropic cut it.

/// The buckets of one page.
struct VendorBuckets {
    /// A bucket.
    struct Bucket {
        /// Its first second since 1970.
        let start: Int
        /// The first second after it.
        let end: Int
    }

    /// The buckets, oldest first.
    let buckets: [Bucket]
    /// The cursor of the next page.
    let next: String?

    /// Reads `bucket_width`, `limit` and `page` of a request.
    ///
    /// - Parameters:
    ///   - start: the first instant asked for; it is snapped to its bucket.
    ///   - end: the first instant after what is asked for.
    ///   - isDaily: whether days are the only buckets.
    init(
        _ call: VendorCall, start: Int, end: Int, isDaily: Bool, most: Int
    ) throws(VendorRefusal) {
        let name = call.value("bucket_width") ?? "1d"
        let widths = ["1d": 86_400, "1h": 3600, "1m": 60]
        guard let width = widths[name], width == 86_400 || !isDaily else {
            throw .parameter("bucket_width must be \(isDaily ? "1d" : "1m, 1h or 1d")")
        }
        guard start < end else { throw .parameter("the end must be after the start") }
        let standard = ["1d": 7, "1h": 24, "1m": 60][name] ?? 7
        let bound = name == "1d" ? most : name == "1h" ? 168 : 1440
        let limit = try call.number("limit", in: 1...bound, default: standard)
        let size = name == "1d" ? min(limit, VendorPages.mostBuckets) : limit
        let question = "\(call.path) \(start) \(name) \(call.values("group_by"))"
        let offset = try VendorPages.offset(call.value("page"), for: question)
        let first = start / width
        let count = (end + width - 1) / width - first
        guard count <= 100_000 else { throw .parameter("the range is too long") }
        let page = VendorPage(Array(0..<count), from: offset, size: size)
        buckets = page.items.map { index in
            Bucket(start: (first + index) * width, end: (first + index + 1) * width)
        }
        next = page.next.map { VendorPages.cursor($0, for: question) }
    }

    /// The lines of a bucket.
    static func lines(of bucket: Bucket, _ usage: VendorUsage) -> [VendorLine] {
        usage.lines(on: SimulatedDay(holding: bucket.start)).filter {
            bucket.end - bucket.start == 86_400
                || (bucket.start..<bucket.end).contains($0.instant)
        }
    }
}
