// The part of JSON Schema that the vendors' shapes need.

import ExactJSON

/// Checks values against a schema; a keyword that it does not know is a finding too.
///
/// - Source: json-schema.org, draft 2020-12 (validation vocabulary)
struct SchemaCheck {
    private(set) var findings: [String] = []

    /// What of a value does not keep to a schema.
    static func findings(_ value: JSONValue, _ schema: JSONValue) -> [String] {
        var check = SchemaCheck()
        check.check(value, schema, "$")
        return check.findings
    }

    private mutating func find(_ place: String, _ words: String) {
        findings.append("\(place): \(words)")
    }

    private mutating func check(_ value: JSONValue, _ schema: JSONValue, _ place: String) {
        for member in schema.objectValue?.members ?? [] {
            let rule = member.value
            let number = rule.integerValue.map { Int($0) } ?? 0
            switch member.name {
            case "$comment", "properties", "additionalProperties": break
            case "type":
                if !Self.isType(value, rule.stringValue ?? "") {
                    find(place, "is \(value.kindName), not \(rule.text())")
                }
            case "const": if value != rule { find(place, "is not \(rule.text())") }
            case "enum":
                if rule.arrayValue?.contains(value) != true {
                    find(place, "\(value.text()) is none of \(rule.text())")
                }
            case "required":
                for name in (rule.arrayValue ?? []).compactMap(\.stringValue)
                where value[name] == nil { find(place, "`\(name)` is missing") }
            case "items":
                for (index, element) in (value.arrayValue ?? []).enumerated() {
                    check(element, rule, "\(place)[\(index)]")
                }
            case "minLength", "maxLength":
                let length = value.stringValue?.unicodeScalars.count ?? number
                checkBound(length, number, member.name, place)
            case "minItems", "maxItems":
                checkBound(value.arrayValue?.count ?? number, number, member.name, place)
            case "minimum", "maximum":
                let found = value.integerValue.map { Int($0) } ?? number
                checkBound(found, number, member.name, place)
            default: find(place, "the schema's `\(member.name)` is not known here")
            }
        }
        checkMembers(value, schema, place)
    }

    private mutating func checkBound(_ found: Int, _ bound: Int, _ name: String, _ place: String) {
        let isKept = name.hasPrefix("min") ? found >= bound : found <= bound
        if !isKept { find(place, "\(found) passes `\(name)` \(bound)") }
    }

    private mutating func checkMembers(_ value: JSONValue, _ schema: JSONValue, _ place: String) {
        for member in value.objectValue?.members ?? [] {
            if let known = schema["properties"]?[member.name] {
                check(member.value, known, "\(place).\(member.name)")
            } else if schema["additionalProperties"] == false {
                find(place, "`\(member.name)` is not known to the vendor")
            } else if let others = schema["additionalProperties"], others.objectValue != nil {
                check(member.value, others, "\(place).\(member.name)")
            }
        }
    }

    private static func isType(_ value: JSONValue, _ name: String) -> Bool {
        switch name {
        case "object": value.objectValue != nil
        case "array": value.arrayValue != nil
        case "string": value.stringValue != nil
        case "boolean": value.boolValue != nil
        case "integer": value.integerValue != nil
        case "null": value.isNull
        default: false
        }
    }
}
