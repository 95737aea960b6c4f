// The functions that Alertmanager adds to Go's templates.

import Credits

extension TemplateFunctions {
    /// - Source: prometheus.io/docs/alerting/latest/notifications/#functions
    static let notifications: [String: TemplateFunction] = {
        var functions = ownOfNotifications
        for name in ["toUpper", "toLower", "match", "reReplaceAll", "safeHtml", "humanizeDuration"]
        {
            functions[name] = prometheus[name]
        }
        return functions
    }()

    private static let ownOfNotifications: [String: TemplateFunction] = [
        "title": TemplateFunction([.string]) { _, values in
            // Unlike in rules the rest of a word becomes lower case.
            .string(TemplateText.title(TemplateText.lower(values[0].text ?? "")))
        },
        "trimSpace": TemplateFunction([.string]) { _, values in
            .string(trimmed(values[0].text ?? ""))
        },
        "join": TemplateFunction([.string, .strings]) { _, values in
            let separator = values[0].text ?? ""
            return .string(TemplateMethods.strings(values[1]).joined(separator: separator))
        },
        "stringSlice": TemplateFunction([], variadic: .string) { _, values in
            .list(TemplateList(strings: values.compactMap(\.text)))
        },
        "safeUrl": TemplateFunction([.string]) { _, values in
            .html(TemplateEscape.html(values[0].text ?? ""))
        },
        "date": TemplateFunction([.string, .time]) { _, values in
            guard case .time(let time, _) = values[1] else { return .missing }
            return .string(time.format(values[0].text ?? ""))
        },
        "tz": TemplateFunction([.string, .time]) { (_, values) throws(TemplateFailure) in
            guard case .time(let time, _) = values[1] else { return .missing }
            return .time(try local(time, values[0].text ?? ""), isPointer: false)
        },
        "since": TemplateFunction([.time]) { environment, values in
            guard case .time(let time, _) = values[0] else { return .missing }
            let now = GoTime(milliseconds: environment.now)
            return .duration(now.since(time), isPointer: false)
        },
    ]

    private static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars.drop { $0.properties.isWhitespace }
        guard let last = scalars.lastIndex(where: { !$0.properties.isWhitespace }) else {
            return ""
        }
        return String(String.UnicodeScalarView(scalars[...last]))
    }

    /// The same instant on the clocks of a zone.
    private static func local(_ time: GoTime, _ name: String) throws(TemplateFailure) -> GoTime {
        guard let calendar = ZonedCalendar(identifier: name) else {
            throw TemplateFailure("unknown time zone \(name)")
        }
        let offset = calendar.offsetSeconds(at: Timestamp(seconds: time.seconds))
        return time.inZone(ahead: offset)
    }
}
