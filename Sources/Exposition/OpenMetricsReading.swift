// Reads OpenMetrics 1.0 line by line and refuses whatever the specification forbids.
//
// 1. One family is open at a time; it ends when a line names another one.
// 2. `names` holds every sample name that an ended family may have used: a name is used once.
// 3. Nothing may follow `# EOF`, and it must come.

/// The state of reading OpenMetrics.
struct OpenMetricsReading {
    private let limits: ExpositionLimits
    private var families: [ScrapedFamily] = []
    private var open: OpenMetricsFamily?
    private var names: Set<String> = []
    private var samples = 0
    private var hasEnded = false

    init(limits: ExpositionLimits) {
        self.limits = limits
    }

    /// Reads one line.
    mutating func read(_ line: LineScanner) throws(ExpositionError) {
        var scanner = line
        if hasEnded { throw scanner.mistake("a line after # EOF") }
        if scanner.isAtEnd { throw scanner.mistake("a blank line") }
        if scanner.endsInCarriageReturn { throw scanner.mistake("a carriage return") }
        if scanner.isRest("# EOF") {
            hasEnded = true
            return try close()
        }
        if scanner.take(UInt8(ascii: "#")) {
            try metadata(&scanner)
        } else {
            try sample(&scanner)
        }
    }

    /// The families, once every line was read.
    mutating func finish(lastLine: Int) throws(ExpositionError) -> [ScrapedFamily] {
        guard hasEnded else {
            throw ExpositionError(
                line: max(lastLine, 1), message: "# EOF is missing: the exposition is incomplete")
        }
        return families
    }

    // MARK: - Metadata

    private mutating func metadata(_ scanner: inout LineScanner) throws(ExpositionError) {
        try scanner.separator(before: "TYPE, UNIT or HELP")
        let keyword = try scanner.word("TYPE, UNIT or HELP")
        guard keyword == "TYPE" || keyword == "UNIT" || keyword == "HELP" else {
            throw scanner.mistake("`# \(keyword)` is not TYPE, UNIT, HELP or EOF")
        }
        try scanner.separator(before: "a metric name")
        let name = try scanner.metricName()
        try scanner.separator(before: "the \(keyword.lowercased())")
        let text = try scanner.remainder()
        if open?.name != name {
            try close()
            open = OpenMetricsFamily(name: name, line: scanner.line)
        }
        try open?.describe(keyword: keyword, text: text, scanner: scanner)
    }

    // MARK: - Samples

    private mutating func sample(_ scanner: inout LineScanner) throws(ExpositionError) {
        samples += 1
        guard samples <= limits.samples else {
            throw scanner.mistake("more than \(limits.samples) samples")
        }
        let name = try scanner.metricName()
        let labels = try scanner.labels()
        try scanner.separator(before: "a value")
        let (value, lexeme) = try scanner.value()
        var timestamp: Double?
        var exemplar: ScrapedExemplar?
        if !scanner.isAtEnd {
            try scanner.separator(before: "a timestamp")
            if scanner.next != UInt8(ascii: "#") {
                timestamp = try Self.timestamp(&scanner)
                if !scanner.isAtEnd { try scanner.separator(before: "an exemplar") }
            }
            if scanner.take(UInt8(ascii: "#")) { exemplar = try Self.exemplar(&scanner) }
        }
        guard scanner.isAtEnd else { throw scanner.mistake("text after the sample") }
        let sample = ScrapedSample(
            name: name, labels: labels, value: value, lexeme: lexeme, timestamp: timestamp,
            exemplar: exemplar, line: scanner.line)
        if open?.takes(name) != true {
            try close()
            open = OpenMetricsFamily(name: name, line: scanner.line, type: .unknown)
        }
        try open?.append(sample)
    }

    private static func timestamp(
        _ scanner: inout LineScanner
    ) throws(ExpositionError) -> Double {
        let word = try scanner.word("a timestamp")
        guard let seconds = NumberLexeme.real(word) else {
            throw scanner.mistake("`\(word)` is not a timestamp in seconds")
        }
        return seconds
    }

    private static func exemplar(
        _ scanner: inout LineScanner
    ) throws(ExpositionError) -> ScrapedExemplar {
        try scanner.separator(before: "an exemplar's labels")
        guard scanner.next == UInt8(ascii: "{") else {
            throw scanner.mistake("expected `{` to begin the exemplar's labels")
        }
        let labels = try scanner.labels()
        let length = labels.reduce(0) { sum, label in
            sum + label.name.unicodeScalars.count + label.value.unicodeScalars.count
        }
        guard length <= 128 else {
            throw scanner.mistake("the exemplar's labels have more than 128 characters")
        }
        try scanner.separator(before: "the exemplar's value")
        let (value, _) = try scanner.value()
        var seconds: Double?
        if !scanner.isAtEnd {
            try scanner.separator(before: "the exemplar's timestamp")
            seconds = try timestamp(&scanner)
        }
        return ScrapedExemplar(labels: labels, value: value, timestamp: seconds)
    }

    // MARK: - Families

    private mutating func close() throws(ExpositionError) {
        guard let ended = open else { return }
        open = nil
        let family = try ended.finish()
        var used = [family.name]
        for suffix in family.type.suffixes where !suffix.isEmpty {
            used.append(family.name + suffix)
        }
        for name in used where !names.insert(name).inserted {
            throw ExpositionError(
                line: ended.line, message: "`\(name)` belongs to an earlier metric family")
        }
        families.append(family)
    }
}
