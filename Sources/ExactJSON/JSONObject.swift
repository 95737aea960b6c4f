// The members of a JSON object, in order, found by name.
//
// 1. Names are unique by their UTF-8 bytes.
// 2. `places` is nil up to `linearLimit` members and complete beyond.

/// One name and its value.
package struct JSONMember: Sendable, Equatable {
    /// The name, unescaped.
    package let name: String
    /// The value.
    package let value: JSONValue

    /// A member of this name and value.
    package init(name: String, value: JSONValue) {
        self.name = name
        self.value = value
    }

    /// Equal names by code points, equal values.
    package static func == (left: JSONMember, right: JSONMember) -> Bool {
        left.name.hasSameBytes(as: right.name) && left.value == right.value
    }
}

/// A JSON object that keeps the order of its members and finds large ones by hash.
package struct JSONObject: Sendable {
    /// The members in the order in which their names first appeared.
    package private(set) var members: [JSONMember] = []

    private var places: [ByteName: Int]?

    private static let linearLimit = 12

    /// An object without members.
    package init() {}

    /// An object without members yet, with room for so many.
    init(room: Int) {
        members.reserveCapacity(room)
    }

    /// An object of the given members; of a repeated name the last value stays, at the first place.
    package init(_ members: some Sequence<(String, JSONValue)>) {
        for (name, value) in members { set(name, to: value) }
    }

    /// The number of members.
    package var count: Int { members.count }

    /// Whether there is no member.
    package var isEmpty: Bool { members.isEmpty }

    /// The names in order.
    package var names: [String] { members.map(\.name) }

    /// The value of a name. Setting keeps the place of a known name and appends a new one;
    /// setting nil removes the member, setting `.null` keeps it with a JSON null.
    package subscript(name: String) -> JSONValue? {
        get { place(of: name).map { members[$0].value } }
        set {
            guard let newValue else { return remove(name) }
            set(name, to: newValue)
        }
    }

    /// Whether a member has this name.
    package func contains(_ name: String) -> Bool { place(of: name) != nil }

    mutating func set(_ name: String, to value: JSONValue) {
        if let place = place(of: name) {
            members[place] = JSONMember(name: members[place].name, value: value)
        } else {
            append(JSONMember(name: name, value: value))
        }
    }

    private mutating func remove(_ name: String) {
        guard let place = place(of: name) else { return }
        let kept = members[..<place] + members[(place + 1)...]
        self = JSONObject(kept.map { ($0.name, $0.value) })
    }

    /// Appends a member whose name the caller knows to be new.
    mutating func append(_ member: JSONMember) {
        members.append(member)
        if places != nil {
            places?[ByteName(text: member.name)] = members.count - 1
        } else if members.count > Self.linearLimit {
            var index: [ByteName: Int] = [:]
            for (place, member) in members.enumerated() {
                index[ByteName(text: member.name)] = place
            }
            places = index
        }
    }

    private func place(of name: String) -> Int? {
        if let places { return places[ByteName(text: name)] }
        return members.firstIndex { $0.name.hasSameBytes(as: name) }
    }
}

extension JSONObject: Equatable {
    /// Equal members in any order.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        JSONValue.object(left) == JSONValue.object(right)
    }
}
