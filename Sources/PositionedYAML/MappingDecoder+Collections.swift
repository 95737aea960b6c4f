// Lists and mappings inside a mapping.

extension MappingDecoder {
    /// A list, its elements as they stand.
    package mutating func sequence(_ key: String) -> [YAMLNode]? {
        guard let node = node(key) else { return nil }
        guard let elements = node.elements else {
            var message = "expected a list, found \(node.found)"
            if case .scalar(let text, true) = node.kind { message += "; write [\(text)]" }
            mistake(key, message)
            return nil
        }
        return elements
    }

    /// A mapping to decode further; call its `finish` too.
    package mutating func mapping(_ key: String) -> MappingDecoder? {
        guard let node = node(key) else { return nil }
        return MappingDecoder(node, field: field(of: key), into: mistakes)
    }

    /// A list of mappings, named `field[0]`, `field[1]`; elements of another kind are mistakes
    /// and left out.
    package mutating func mappings(_ key: String) -> [MappingDecoder]? {
        guard let elements = sequence(key) else { return nil }
        let name = field(of: key)
        return elements.enumerated().compactMap { index, element in
            MappingDecoder(element, field: "\(name)[\(index)]", into: mistakes)
        }
    }

    /// A list of texts; elements of another kind are mistakes and left out.
    package mutating func strings(_ key: String) -> [Positioned<String>]? {
        guard let elements = sequence(key) else { return nil }
        let name = field(of: key)
        return elements.enumerated().compactMap { index, element in
            Self.text(of: element, field: "\(name)[\(index)]", into: mistakes)
        }
    }

    /// A free mapping of texts (labels, headers) in the order of the file.
    ///
    /// A value that is not written is the empty text, as Prometheus reads it.
    package mutating func stringMap(
        _ key: String
    ) -> [(Positioned<String>, Positioned<String>)]? {
        guard let node = node(key) else { return nil }
        guard let pairs = node.pairs else {
            mistake(key, "expected a mapping, found \(node.found)")
            return nil
        }
        let name = field(of: key)
        return pairs.compactMap { pair in
            let label = Positioned(pair.key.text ?? "", at: pair.key.position)
            if pair.value.isNull { return (label, Positioned("", at: pair.value.position)) }
            return Self.text(of: pair.value, field: "\(name).\(label.value)", into: mistakes)
                .map { (label, $0) }
        }
    }
}
