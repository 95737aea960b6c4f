// Everything that can be wrong with an answer of a usage API.

/// One kind of misbehaviour.
package enum VendorFault: Sendable, Hashable {
    /// An error status (400 to 599), such as `http500`.
    case status(Int)
    /// 429 with `Retry-After: 1` for the first so many requests; nil: always.
    case throttle(Int?)
    /// No answer.
    case hang
    /// The right answer, one byte a second.
    case slow
    /// Status 200 with bytes that are not JSON.
    case garbage
    /// Status 200 with a web page.
    case html
    /// The first half of the right answer, as if it were whole.
    case truncated
    /// A body without end.
    case huge
    /// A compressed body without end, 159 times smaller than what it expands to.
    case gzipBomb
    /// The first page again and again, always with the same next page.
    case repeatedPage
    /// A row that has one key twice.
    case repeatedKey
    /// The amount is the bare word `NaN`, which is not JSON.
    case notANumber
    /// The amount is the text "NaN".
    case notANumberText
    /// The amount is 1e400.
    case overflow
    /// The amount is the text "abc".
    case textAmount
    /// A row of the day before the window.
    case outsideWindow
    /// A row of a day a month after the window.
    case futureDay
    /// Status 200 with no body at all.
    case empty
    /// An object without the list of rows.
    case noRows
    /// A redirect to another origin that leads to this same server.
    case redirectCross
    /// A redirect to the well-behaved path on the same origin.
    case redirectSame
    /// A redirect to itself.
    case redirectLoop

    /// Every fault without a number of its own, and the usual ones with one, in a fixed order.
    package static let all: [VendorFault] = [
        .status(500), .status(503), .throttle(2), .throttle(nil), .hang, .slow, .garbage, .html,
        .truncated, .huge, .gzipBomb, .repeatedPage, .repeatedKey, .notANumber, .notANumberText,
        .overflow, .textAmount, .outsideWindow, .futureDay, .empty, .noRows, .redirectCross,
        .redirectSame, .redirectLoop, .status(401), .status(403),
    ]

    private static let plainNames: [(name: String, fault: VendorFault)] = [
        ("hang", .hang), ("slow", .slow), ("garbage", .garbage), ("html", .html),
        ("truncated", .truncated), ("huge", .huge), ("gzip-bomb", .gzipBomb),
        ("repeated-page", .repeatedPage), ("repeated-key", .repeatedKey),
        ("nan", .notANumber), ("nan-text", .notANumberText), ("overflow", .overflow),
        ("text-amount", .textAmount), ("outside-window", .outsideWindow),
        ("future-day", .futureDay), ("empty", .empty), ("no-rows", .noRows),
        ("redirect-cross", .redirectCross), ("redirect-same", .redirectSame),
        ("redirect-loop", .redirectLoop), ("unauthorized", .status(401)),
        ("forbidden", .status(403)), ("throttle", .throttle(2)),
        ("throttle-always", .throttle(nil)),
    ]

    /// A fault by its name, such as `http500`, `throttle-5` or `gzip-bomb`.
    package init?(name: some StringProtocol) {
        if let known = Self.plainNames.first(where: { $0.name == name }) {
            self = known.fault
        } else if name.hasPrefix("http"), let code = Int(name.dropFirst(4)),
            (400...599).contains(code)
        {
            self = .status(code)
        } else if name.hasPrefix("throttle-"), let count = Int(name.dropFirst(9)),
            (1...1_000_000).contains(count)
        {
            self = .throttle(count)
        } else {
            return nil
        }
    }

    /// The name under which the fault is mounted and scripted.
    package var name: String {
        if let known = Self.plainNames.first(where: { $0.fault == self }) { return known.name }
        return switch self {
        case .status(let code): "http\(code)"
        case .throttle(let count): count.map { "throttle-\($0)" } ?? "throttle-always"
        default: "unknown"
        }
    }

    /// The fault that `--faults scripted` puts on the so-many-th request of a path: four kinds in
    /// every twenty requests, the first four requests always fine.
    package static func scheduled(request number: Int) -> VendorFault? {
        switch number % 20 {
        case 5: .status(503)
        case 9: .status(429)
        case 13: .truncated
        case 17: .garbage
        default: nil
        }
    }
}
