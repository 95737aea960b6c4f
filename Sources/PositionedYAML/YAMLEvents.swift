// libyaml's event parser behind a Swift face.
//
// 1. The parser lives at one heap address from init to deinit.
// 2. Every event is copied and deleted before the next one is read; no C pointer leaves this file.

import CLibyaml

/// One event of a YAML stream with the place where it begins.
struct YAMLEvent {
    enum Kind {
        case streamStart
        case streamEnd
        case documentStart
        case documentEnd
        case alias(name: String)
        case scalar(text: String, isPlain: Bool, properties: YAMLProperties)
        case sequenceStart(YAMLProperties)
        case sequenceEnd
        case mappingStart(YAMLProperties)
        case mappingEnd
    }

    let kind: Kind
    let position: SourcePosition
}

/// The anchor and tag of a node.
struct YAMLProperties {
    let anchor: String?
    let tag: String?
}

/// The events of one YAML stream; valid only while its bytes are.
final class YAMLEvents {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let bytes: UnsafeBufferPointer<UInt8>
    private let isReady: Bool
    private let file: String

    init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) {
        self.bytes = bytes
        self.file = file
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        isReady = yaml_parser_initialize(parser) == 1
        guard isReady else { return }
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        if isReady { yaml_parser_delete(parser) }
        parser.deinitialize(count: 1)
        parser.deallocate()
    }

    /// The next event.
    ///
    /// - Throws: libyaml's complaint; the stream cannot be read on after it.
    func next() throws(Mistake) -> YAMLEvent {
        guard isReady else { throw Mistake("out of memory", at: start) }
        guard bytes.baseAddress != nil else { return YAMLEvent(kind: .streamEnd, position: start) }
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxMistake() }
        defer { yaml_event_delete(&event) }
        return YAMLEvent(kind: kind(of: event), position: position(event.start_mark))
    }

    private var start: SourcePosition { SourcePosition(file: file, line: 1, column: 1) }

    private func position(_ mark: yaml_mark_t) -> SourcePosition {
        SourcePosition(
            file: file, line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
    }

    private func kind(of event: yaml_event_t) -> YAMLEvent.Kind {
        switch event.type {
        case YAML_STREAM_START_EVENT: .streamStart
        case YAML_DOCUMENT_START_EVENT: .documentStart
        case YAML_DOCUMENT_END_EVENT: .documentEnd
        case YAML_ALIAS_EVENT: .alias(name: Self.text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT: scalar(event)
        case YAML_SEQUENCE_START_EVENT:
            .sequenceStart(
                YAMLProperties(
                    anchor: Self.text(event.data.sequence_start.anchor),
                    tag: Self.text(event.data.sequence_start.tag)))
        case YAML_SEQUENCE_END_EVENT: .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            .mappingStart(
                YAMLProperties(
                    anchor: Self.text(event.data.mapping_start.anchor),
                    tag: Self.text(event.data.mapping_start.tag)))
        case YAML_MAPPING_END_EVENT: .mappingEnd
        default: .streamEnd
        }
    }

    private func scalar(_ event: yaml_event_t) -> YAMLEvent.Kind {
        let scalar = event.data.scalar
        let characters = UnsafeBufferPointer(
            start: scalar.value, count: Int(clamping: scalar.length))
        return .scalar(
            text: String(decoding: characters, as: UTF8.self),
            isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
            properties: YAMLProperties(
                anchor: Self.text(scalar.anchor), tag: Self.text(scalar.tag)))
    }

    private static func text(_ pointer: UnsafePointer<UInt8>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    // MARK: - Complaints

    private func syntaxMistake() -> Mistake {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "the file is not valid YAML"
        let place = position(state.problem_mark)
        if byte(at: place) == UInt8(ascii: "\t") {
            return Mistake("a tab cannot indent YAML; use spaces (\(problem))", at: place)
        }
        var message = problem
        if let context = state.context {
            let begin = position(state.context_mark)
            message += " \(String(cString: context))"
            if begin != place { message += " that begins at \(begin.line):\(begin.column)" }
        }
        if let hint = Self.hint(for: problem) { message += "; \(hint)" }
        return Mistake(message, at: place)
    }

    private static func hint(for problem: String) -> String? {
        switch problem {
        case "did not find expected key", "did not find expected '-' indicator":
            "check the indentation"
        case "mapping values are not allowed in this context":
            "quote a text that holds `: `, or check the indentation"
        case "found character that cannot start any token":
            "quote a text that begins with `@`, `%` or a backquote"
        case "found unexpected end of stream": "a closing quote may be missing"
        default: nil
        }
    }

    /// The byte at a place; only for messages, so walking the text is fine.
    private func byte(at place: SourcePosition) -> UInt8? {
        var line = 1
        var column = 1
        for byte in bytes {
            if line == place.line, column == place.column, byte & 0xC0 != 0x80 { return byte }
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
            if line > place.line { return nil }
        }
        return nil
    }
}
