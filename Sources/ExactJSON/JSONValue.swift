// A JSON value that keeps what was written: number lexemes and the order of members.

/// Any JSON value (RFC 8259 section 3).
///
/// Two values are equal when RFC 9535 section 2.3.5.2.2 calls them equal: numbers by their exact
/// decimal value, strings by code points (never by canonical equivalence), objects in any member
/// order.
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    /// What the value is, with an article, for messages: `a string`, `null`, `an object`.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// Whether the value is `null`.
    package var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The boolean, or nil for another kind.
    package var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The text of a string, or nil for another kind.
    package var stringValue: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The number, or nil for another kind.
    package var numberValue: JSONNumber? {
        if case .number(let number) = self { number } else { nil }
    }

    /// A number exactly as it was written, or nil for another kind.
    package var numberLexeme: String? { numberValue?.lexeme }

    /// A number whose value is a whole `Int64` (`5`, `5.0`, `5e0`), else nil.
    package var integerValue: Int64? { numberValue?.asInteger }

    /// The elements of an array, or nil for another kind.
    package var arrayValue: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The object, or nil for another kind.
    package var objectValue: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The member of an object; nil when absent or when this is no object.
    package subscript(name: String) -> JSONValue? { objectValue?[name] }

    /// The element of an array; nil when out of range or when this is no array.
    package subscript(index: Int) -> JSONValue? {
        guard let elements = arrayValue, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// A finite number in its shortest round-trip form; `null` for NaN and infinities, which JSON
    /// does not have.
    package static func double(_ value: Double) -> JSONValue {
        JSONNumber(value).map(JSONValue.number) ?? .null
    }

    /// A whole number.
    package static func integer(_ value: some FixedWidthInteger) -> JSONValue {
        .number(JSONNumber(value))
    }
}
