// Deadlines in the order of time: a binary heap.
//
// 1. An element is not later than its children, so the first one is the next to come.

import Credits

/// Deadlines, the next one first.
struct DeadlineHeap: Sendable {
    /// A deadline of something with an identifier.
    struct Element: Sendable, Hashable {
        let at: Timestamp
        let id: String

        fileprivate static func < (left: Element, right: Element) -> Bool {
            left.at != right.at ? left.at < right.at : left.id < right.id
        }
    }

    private var elements: [Element] = []

    init(_ elements: [Element] = []) {
        for element in elements { insert(element) }
    }

    var count: Int { elements.count }
    var first: Element? { elements.first }

    mutating func insert(_ element: Element) {
        elements.append(element)
        var child = elements.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard elements[child] < elements[parent] else { return }
            elements.swapAt(child, parent)
            child = parent
        }
    }

    /// What is due at an instant, in the order of time; nothing is removed.
    func due(at now: Timestamp) -> [Element] {
        var due: [Element] = []
        var places = [0]
        while let place = places.popLast() {
            guard place < elements.count, elements[place].at <= now else { continue }
            due.append(elements[place])
            places += [2 * place + 1, 2 * place + 2]
        }
        return due.sorted { $0 < $1 }
    }

    /// Removes the next one, if there is any.
    mutating func removeFirst() {
        guard let last = elements.popLast(), !elements.isEmpty else { return }
        elements[0] = last
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < elements.count else { return }
            let right = left + 1
            let least =
                right < elements.count && elements[right] < elements[left] ? right : left
            guard elements[least] < elements[parent] else { return }
            elements.swapAt(parent, least)
            parent = least
        }
    }
}
