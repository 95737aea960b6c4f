// JSON bodies that clients send to stand-ins.

import Foundation

/// A JSON value of a request's body.
package indirect enum RequestJSON: Decodable, Sendable, Equatable {
    case null
    case flag(Bool)
    case number(Int)
    case text(String)
    case list([RequestJSON])
    case object([String: RequestJSON])

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Int.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([RequestJSON].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: RequestJSON].self))
        }
    }

    /// Reads a body; nil when it is no JSON.
    package static func read(_ body: [UInt8]) -> RequestJSON? {
        try? JSONDecoder().decode(RequestJSON.self, from: Data(body))
    }

    /// A member of an object.
    package subscript(_ name: String) -> RequestJSON? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    /// The number, also when it is written as a text.
    package var integer: Int? {
        switch self {
        case .number(let number): number
        case .text(let text): Int(text)
        default: nil
        }
    }

    /// The text.
    package var string: String? {
        if case .text(let text) = self { text } else { nil }
    }

    /// The elements of a list.
    package var elements: [RequestJSON] {
        if case .list(let list) = self { list } else { [] }
    }

    /// The first member of a name at any depth, breadth first in the order of the names.
    package func first(_ name: String) -> RequestJSON? {
        switch self {
        case .object(let members):
            if let found = members[name] { return found }
            for (_, value) in members.sorted(by: { $0.key < $1.key }) {
                if let found = value.first(name) { return found }
            }
            return nil
        case .list(let list):
            for value in list {
                if let found = value.first(name) { return found }
            }
            return nil
        default: return nil
        }
    }
}
