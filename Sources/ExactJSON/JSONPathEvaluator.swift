// Walks a document along segments, depth first, so that the order is that of RFC 9535's node lists.
//
// 1. Every value looked at costs one visit; the budget only falls.
// 2. `recursion` counts the levels of calls, whether a document nests or a filter restarts at the
//    root, and is bounded.
// 3. Lives for one evaluation and never leaves its thread.

final class JSONPathEvaluator {
    /// A value with the way to it.
    struct Node {
        let value: JSONValue
        let trail: Trail
    }

    /// The way from the root, shared between siblings; untracked inside filters.
    indirect enum Trail {
        case untracked
        case root
        case child(Trail, PathStep)

        func appending(_ step: PathStep) -> Trail {
            if case .untracked = self { return self }
            return .child(self, step)
        }

        var path: NormalizedPath {
            var steps: [PathStep] = []
            var trail = self
            while case .child(let parent, let step) = trail {
                steps.append(step)
                trail = parent
            }
            return NormalizedPath(steps.reversed())
        }
    }

    /// Receives a node; false ends the walk.
    typealias Visitor = (Node) throws(JSONPathLimitError) -> Bool

    let root: JSONValue
    let limits: JSONPathLimits
    var budget: Int
    private var recursion = 0
    var patterns: [ByteName: InteroperableRegex?] = [:]

    init(root: JSONValue, limits: JSONPathLimits) {
        self.root = root
        self.limits = limits
        self.budget = limits.visits
    }

    /// Counts work.
    func charge(_ cost: Int = 1) throws(JSONPathLimitError) {
        budget -= cost
        guard budget >= 0 else { throw .tooManyVisits(limit: limits.visits) }
    }

    /// Counts one level of calls; the caller counts it off again.
    private func enter() throws(JSONPathLimitError) {
        guard recursion < JSONPathLimits.recursion else {
            throw .tooDeep(limit: JSONPathLimits.recursion)
        }
        recursion += 1
    }

    /// Applies the segments from a node on; false when the visitor ended the walk.
    func walk(
        _ segments: ArraySlice<JSONPathSegment>, _ node: Node, _ visit: Visitor
    ) throws(JSONPathLimitError) -> Bool {
        guard let segment = segments.first else { return try visit(node) }
        try enter()
        defer { recursion -= 1 }
        let rest = segments.dropFirst()
        return segment.isDescendant
            ? try descend(segment.selectors, rest, node, visit)
            : try apply(segment.selectors, rest, node, visit)
    }

    /// The node itself first, then its children in order (section 2.5.2.2).
    private func descend(
        _ selectors: [JSONPathSelector], _ rest: ArraySlice<JSONPathSegment>, _ node: Node,
        _ visit: Visitor
    ) throws(JSONPathLimitError) -> Bool {
        try enter()
        defer { recursion -= 1 }
        guard try apply(selectors, rest, node, visit) else { return false }
        return try children(of: node) { child throws(JSONPathLimitError) in
            try self.descend(selectors, rest, child, visit)
        }
    }

    private func apply(
        _ selectors: [JSONPathSelector], _ rest: ArraySlice<JSONPathSegment>, _ node: Node,
        _ visit: Visitor
    ) throws(JSONPathLimitError) -> Bool {
        for selector in selectors {
            let goesOn = try select(selector, node) { child throws(JSONPathLimitError) in
                try self.walk(rest, child, visit)
            }
            guard goesOn else { return false }
        }
        return true
    }

    private func select(
        _ selector: JSONPathSelector, _ node: Node, _ visit: Visitor
    ) throws(JSONPathLimitError) -> Bool {
        switch selector {
        case .wildcard:
            return try children(of: node, visit)
        case .filter(let condition):
            return try children(of: node) { child throws(JSONPathLimitError) in
                guard try self.holds(condition, child) else { return true }
                return try visit(child)
            }
        case .name, .index:
            try charge()
            guard let child = Self.child(of: node, selector) else { return true }
            return try visit(child)
        case .slice(let slice):
            guard case .array(let elements) = node.value else { return true }
            for index in slice.indexes(length: elements.count) {
                try charge()
                guard try visit(Self.element(elements, index, of: node)) else { return false }
            }
            return true
        }
    }

    private func children(
        of node: Node, _ visit: Visitor
    ) throws(JSONPathLimitError) -> Bool {
        switch node.value {
        case .array(let elements):
            for index in elements.indices {
                try charge()
                guard try visit(Self.element(elements, index, of: node)) else { return false }
            }
        case .object(let object):
            for member in object.members {
                try charge()
                let trail = node.trail.appending(.name(member.name))
                guard try visit(Node(value: member.value, trail: trail)) else { return false }
            }
        default:
            break
        }
        return true
    }

    /// The child that a name or an index selects (sections 2.3.1 and 2.3.3).
    static func child(of node: Node, _ selector: JSONPathSelector) -> Node? {
        switch (selector, node.value) {
        case (.name(let name), .object(let object)):
            guard let value = object[name] else { return nil }
            return Node(value: value, trail: node.trail.appending(.name(name)))
        case (.index(let written), .array(let elements)):
            let index = written < 0 ? elements.count + written : written
            guard elements.indices.contains(index) else { return nil }
            return element(elements, index, of: node)
        default:
            return nil
        }
    }

    private static func element(_ elements: [JSONValue], _ index: Int, of node: Node) -> Node {
        Node(value: elements[index], trail: node.trail.appending(.index(index)))
    }
}
