// A recorded trace of requests to two services, replayed as token totals of today.
//
// 1. Totals are exact integers: the sums of the files' columns.
// 2. The day of the last request becomes today; earlier days stay as many days before.

/// What is wrong with a trace file.
package struct TokenTraceError: Error, Equatable, CustomStringConvertible {
    /// The line in the file, from 1.
    package let line: Int
    /// What is wrong with it.
    package let message: String

    package var description: String { "line \(line): \(message)" }
}

/// Token totals of one product on one day.
package struct TokenTotal: Sendable, Equatable {
    /// The day, after the shift.
    package let day: SimulatedDay
    /// The product.
    package let product: String
    /// Tokens of the requests' contexts.
    package var contextTokens: Int64
    /// Tokens of the answers.
    package var generatedTokens: Int64

    /// Totals of one product and day.
    package init(
        day: SimulatedDay, product: String, contextTokens: Int64, generatedTokens: Int64
    ) {
        self.day = day
        self.product = product
        self.contextTokens = contextTokens
        self.generatedTokens = generatedTokens
    }

    /// All tokens.
    package var tokens: Int64 { contextTokens + generatedTokens }
}

/// The requests of one service, oldest first.
package struct TokenTrace: Sendable {
    /// One request: when (seconds since 1970, as written), and its tokens.
    package struct Entry: Sendable, Equatable {
        /// Seconds since 1970 of the time as written.
        package let instant: Double
        /// Context tokens, at most a billion.
        package let contextTokens: Int64
        /// Generated tokens, at most a billion.
        package let generatedTokens: Int64
    }

    /// The product that the service is reported as.
    package let product: String
    /// The requests, oldest first.
    package let entries: [Entry]

    /// Reads a file with the header `TIMESTAMP,ContextTokens,GeneratedTokens`.
    ///
    /// - Parameter csv: at most a million requests.
    package init(product: String, csv: String) throws(TokenTraceError) {
        var entries: [Entry] = []
        var number = 0
        for line in csv.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            var text = String(Substring(line))
            if text.last == "\r" { text.removeLast() }
            if number == 1 {
                guard text == "TIMESTAMP,ContextTokens,GeneratedTokens" else {
                    throw TokenTraceError(
                        line: 1,
                        message: "expected the header TIMESTAMP,ContextTokens,GeneratedTokens")
                }
                continue
            }
            if text.isEmpty { continue }
            guard entries.count < 1_000_000 else {
                throw TokenTraceError(line: number, message: "more than a million requests")
            }
            entries.append(try Self.entry(text, line: number))
        }
        self.product = product
        self.entries = entries.sorted { $0.instant < $1.instant }
    }

    private static func entry(_ text: String, line: Int) throws(TokenTraceError) -> Entry {
        let fields = text.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 3 else {
            throw TokenTraceError(line: line, message: "expected three fields, not \(fields.count)")
        }
        guard let instant = Self.instant(fields[0]) else {
            throw TokenTraceError(
                line: line, message: "the time is not like 2023-11-16 18:17:03.9799600")
        }
        guard let context = Int64(fields[1]), let generated = Int64(fields[2]),
            (0...1_000_000_000).contains(context), (0...1_000_000_000).contains(generated)
        else {
            throw TokenTraceError(line: line, message: "the tokens are not two whole numbers")
        }
        return Entry(instant: instant, contextTokens: context, generatedTokens: generated)
    }

    private static func instant(_ text: Substring) -> Double? {
        let halves = text.split(separator: " ", omittingEmptySubsequences: false)
        guard halves.count == 2, let day = SimulatedDay(halves[0]) else { return nil }
        let parts = halves[1].split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let hour = Int(parts[0]), (0...23).contains(hour),
            let minute = Int(parts[1]), (0...59).contains(minute),
            let second = Double(parts[2]), (0..<61).contains(second)
        else { return nil }
        let midnight = Double(day.number) * 86_400
        // A day's last tenth of a microsecond would be rounded up into the next day.
        return min(
            midnight + Double(hour * 3600 + minute * 60) + second, (midnight + 86_400).nextDown)
    }
}
