// The values a Go template computes with, each with the Go type that error messages name.

/// One element of a query's answer, as templates see it.
package struct TemplateSample: Sendable, Equatable {
    /// All labels with the metric name, sorted by name.
    package let labels: TemplateLabels
    /// The value of the element.
    package let value: Double

    /// Makes one element of a query's answer.
    package init(labels: TemplateLabels, value: Double) {
        self.labels = labels
        self.value = value
    }
}

/// A map from label names to values, sorted by name.
package struct TemplateLabels: Sendable, Equatable {
    /// Names and values, sorted by name.
    package let pairs: [(name: String, value: String)]

    /// Sorts the pairs; of a repeated name the last value stays.
    package init(_ pairs: some Sequence<(name: String, value: String)>) {
        var known: [String: String] = [:]
        for pair in pairs { known[pair.name] = pair.value }
        self.pairs = known.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { (name: $0.key, value: $0.value) }
    }

    /// Takes pairs that are sorted by the bytes of their names, each name once.
    init(sorted pairs: [(name: String, value: String)]) {
        self.pairs = pairs
    }

    /// The value of a label; nil when absent.
    package subscript(name: String) -> String? {
        pairs.first { $0.name == name }?.value
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.pairs.elementsEqual(right.pairs) { $0.name == $1.name && $0.value == $1.value }
    }
}

/// What `.` is at the top of a rule's template.
struct TemplateData: Sendable, Equatable {
    let labels: TemplateLabels
    let externalLabels: TemplateLabels
    let externalURL: String
    let value: Double
}

/// Go's complex128.
struct GoComplex: Sendable, Equatable {
    let real: Double
    let imaginary: Double
}

/// A value during the expansion of a template.
indirect enum TemplateValue: Sendable {
    /// Go's nil and the absent value: `<no value>` in output.
    case missing
    case bool(Bool)
    case integer(Int64)
    case long(Int64)
    case byte(UInt8)
    case float(Double)
    case complex(GoComplex)
    case string(String)
    /// Text of the type `template.HTML`.
    case html(String)
    case labels(TemplateLabels)
    /// The answer of `args`, sorted by name.
    case arguments([(name: String, value: TemplateValue)])
    case samples([TemplateSample])
    case sample(TemplateSample)
    /// A map of the type `template.KV`.
    case keyValues(TemplateLabels)
    case list(TemplateList)
    case record(TemplateRecord)
    case data(TemplateData)
    case time(GoTime, isPointer: Bool)
    /// Nanoseconds.
    case duration(Int64, isPointer: Bool)
    case month(Int)
    case weekday(Int)

    /// The name of the Go type.
    var typeName: String {
        switch self {
        case .missing: "<nil>"
        case .bool: "bool"
        case .integer: "int"
        case .long: "int64"
        case .byte: "uint8"
        case .float: "float64"
        case .complex: "complex128"
        case .string: "string"
        case .html: "template.HTML"
        case .labels: "map[string]string"
        case .arguments: "map[string]interface {}"
        case .samples: "template.queryResult"
        case .sample: "*template.sample"
        case .keyValues: "template.KV"
        case .list(let list): list.typeName
        case .record(let record): record.typeName
        case .data:
            "struct { Labels map[string]string; ExternalLabels map[string]string; "
                + "ExternalURL string; Value float64 }"
        case .time(_, let isPointer): isPointer ? "*time.Time" : "time.Time"
        case .duration(_, let isPointer): isPointer ? "*time.Duration" : "time.Duration"
        case .month: "time.Month"
        case .weekday: "time.Weekday"
        }
    }

    /// Whether `if` takes the first branch: anything but the zero of its type.
    var isTrue: Bool {
        switch self {
        case .missing: false
        case .bool(let value): value
        case .integer(let value), .long(let value): value != 0
        case .byte(let value): value != 0
        case .float(let value): value != 0
        case .complex(let value): value != GoComplex(real: 0, imaginary: 0)
        case .string(let text), .html(let text): !text.isEmpty
        case .labels(let labels), .keyValues(let labels): !labels.pairs.isEmpty
        case .list(let list): !list.elements.isEmpty
        case .arguments(let pairs): !pairs.isEmpty
        case .samples(let samples): !samples.isEmpty
        case .sample, .data, .time, .record: true
        case .duration(let value, let isPointer): isPointer || value != 0
        case .month(let value), .weekday(let value): value != 0
        }
    }

    /// The signed integer of Go's integer kinds.
    var signed: Int64? {
        switch self {
        case .integer(let value), .long(let value): value
        case .duration(let value, isPointer: false): value
        case .month(let value), .weekday(let value): Int64(value)
        default: nil
        }
    }

    /// The text of Go's string kinds.
    var text: String? {
        switch self {
        case .string(let text), .html(let text): text
        default: nil
        }
    }

    /// The text of a type that has a `String` method.
    var stringer: String? {
        switch self {
        case .time(let time, _): time.description
        case .duration(let value, _): GoTime.text(ofDuration: value)
        case .month(let value): GoTime.name(ofMonth: value)
        case .weekday(let value): GoTime.name(ofWeekday: value)
        case .keyValues(let labels): TemplateList.text(of: labels.alertmanagerPairs)
        case .list(let list): list.stringer
        default: nil
        }
    }
}
