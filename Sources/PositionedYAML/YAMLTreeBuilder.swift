// Builds the tree of the first document from libyaml's events.
//
// 1. `nodes` counts every node of the tree, aliases as if they were written out; it never passes
//    `limits.nodes`, so a small file cannot become a huge tree.
// 2. An anchor is known only after its node has ended: no tree holds itself.
// 3. Mistakes that leave the stream readable are gathered; the others end the reading.

/// Builds one document; used once.
struct YAMLTreeBuilder {
    /// A node that aliases may repeat, with its size and height.
    private struct Anchored {
        let node: YAMLNode
        let nodes: Int
        let height: Int
    }

    /// A finished node with its size and height (a scalar: 1 and 0).
    private struct Built {
        let node: YAMLNode
        var nodes = 1
        var height = 0
    }

    private let events: YAMLEvents
    private let limits: YAMLLimits
    private let collector = MistakeCollector()
    private var anchors: [String: Anchored] = [:]
    private var nodes = 0

    init(events: YAMLEvents, limits: YAMLLimits) {
        self.events = events
        self.limits = limits
    }

    /// Reads the whole first document.
    mutating func document() throws(Mistakes) -> YAMLDocument {
        var root: YAMLNode?
        var second: SourcePosition?
        do throws(Mistake) {
            (root, second) = try stream()
        } catch {
            collector.add(error)
        }
        try collector.throwErrors()
        return YAMLDocument(root: root, secondDocument: second)
    }

    private mutating func stream() throws(Mistake) -> (YAMLNode?, SourcePosition?) {
        var root: YAMLNode?
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamEnd: return (root, nil)
            case .documentStart:
                if root != nil { return (root, event.position) }
                root = try node(try events.next(), depth: 0).node
            default: break
            }
        }
    }

    private mutating func node(_ event: YAMLEvent, depth: Int) throws(Mistake) -> Built {
        try count(1, at: event.position, aliases: false)
        switch event.kind {
        case .alias(let name):
            return try alias(name, at: event.position, depth: depth)
        case .scalar(let text, let isPlain, let properties):
            let isText = properties.tag == "!" || properties.tag == Self.standardTag + "str"
            check(
                tag: properties.tag, among: ["str", "int", "float", "bool", "null"],
                at: event.position)
            let kind = YAMLNode.Kind.scalar(text: text, isPlain: isPlain && !isText)
            return anchor(properties, Built(node: YAMLNode(kind, at: event.position)))
        case .sequenceStart(let properties):
            check(tag: properties.tag, among: ["seq"], at: event.position)
            return anchor(properties, try sequence(at: event.position, depth: depth + 1))
        case .mappingStart(let properties):
            check(tag: properties.tag, among: ["map"], at: event.position)
            return anchor(properties, try mapping(at: event.position, depth: depth + 1))
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw Mistake("the file is not valid YAML", at: event.position)
        }
    }

    private mutating func sequence(
        at position: SourcePosition, depth: Int
    ) throws(Mistake) -> Built {
        try check(depth: depth, at: position)
        var elements: [YAMLNode] = []
        var size = 1
        var height = 0
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind { break }
            let element = try node(event, depth: depth)
            elements.append(element.node)
            size += element.nodes
            height = max(height, element.height)
        }
        let node = YAMLNode(.sequence(elements), at: position)
        return Built(node: node, nodes: size, height: height + 1)
    }

    private mutating func mapping(
        at position: SourcePosition, depth: Int
    ) throws(Mistake) -> Built {
        try check(depth: depth, at: position)
        var pairs: [YAMLPair] = []
        var places: [[UInt8]: SourcePosition] = [:]
        var size = 1
        var height = 0
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { break }
            let key = try node(event, depth: depth)
            let value = try node(try events.next(), depth: depth)
            size += key.nodes + value.nodes
            height = max(height, key.height, value.height)
            guard accept(key.node, at: event.position, places: &places) else { continue }
            pairs.append(YAMLPair(key: key.node, value: value.node))
        }
        let node = YAMLNode(.mapping(pairs), at: position)
        return Built(node: node, nodes: size, height: height + 1)
    }

    /// Whether a key may stand in its mapping; `places` holds the keys seen so far.
    private func accept(
        _ key: YAMLNode, at position: SourcePosition, places: inout [[UInt8]: SourcePosition]
    ) -> Bool {
        guard case .scalar(let text, let isPlain) = key.kind else {
            collector.add("a key must be a word, not \(key.found)", at: position)
            return false
        }
        if isPlain, text == "<<" {
            collector.add("merge keys (`<<`) are not supported; write the keys out", at: position)
            return false
        }
        // By bytes: Swift's strings hold differently composed characters for equal.
        let bytes = Array(text.utf8)
        if let first = places[bytes] {
            collector.add(
                "key \(quoted(text)) is repeated; it is first written at"
                    + " \(first.line):\(first.column)", at: position)
            return false
        }
        places[bytes] = position
        return true
    }

    private mutating func alias(
        _ name: String, at position: SourcePosition, depth: Int
    ) throws(Mistake) -> Built {
        guard let anchored = anchors[name] else {
            collector.add(
                "alias `*\(name)` has no anchor `&\(name)` that ends before it", at: position)
            return Built(node: YAMLNode(.scalar(text: "", isPlain: true), at: position))
        }
        try count(anchored.nodes - 1, at: position, aliases: true)
        try check(depth: depth + anchored.height, at: position)
        return Built(node: anchored.node, nodes: anchored.nodes, height: anchored.height)
    }

    private mutating func anchor(_ properties: YAMLProperties, _ built: Built) -> Built {
        if let name = properties.anchor {
            anchors[name] = Anchored(
                node: built.node, nodes: built.nodes, height: built.height)
        }
        return built
    }

    // MARK: - Limits

    private mutating func count(
        _ more: Int, at position: SourcePosition, aliases: Bool
    ) throws(Mistake) {
        // Both are at most `limits.nodes`: no overflow.
        nodes += more
        guard nodes > limits.nodes else { return }
        let what = aliases ? "aliases expand to" : "the file holds"
        throw Mistake("\(what) more than \(limits.nodes) nodes", at: position)
    }

    private func check(depth: Int, at position: SourcePosition) throws(Mistake) {
        guard depth > limits.depth else { return }
        throw Mistake(
            "lists and mappings are nested deeper than \(limits.depth) levels", at: position)
    }

    private static let standardTag = "tag:yaml.org,2002:"

    private func check(tag: String?, among allowed: [String], at position: SourcePosition) {
        guard let tag, tag != "!" else { return }
        if tag.hasPrefix(Self.standardTag),
            allowed.contains(String(tag.dropFirst(Self.standardTag.count)))
        {
            return
        }
        collector.add("tag \(quoted(tag)) is not supported; remove it", at: position)
    }
}
