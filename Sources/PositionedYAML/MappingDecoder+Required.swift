// Values that must be there: absent or null is a mistake as well.

extension MappingDecoder {
    /// A text that must be there.
    package mutating func requiredString(_ key: String) -> Positioned<String>? {
        require(key) ? string(key) : nil
    }

    /// A whole number that must be there.
    package mutating func requiredInteger(
        _ key: String, in range: ClosedRange<Int>? = nil
    ) -> Positioned<Int>? {
        require(key) ? integer(key, in: range) : nil
    }

    /// `true` or `false`, which must be there.
    package mutating func requiredBoolean(_ key: String) -> Positioned<Bool>? {
        require(key) ? boolean(key) : nil
    }

    /// A duration that must be there.
    package mutating func requiredDuration(_ key: String) -> Positioned<PrometheusDuration>? {
        require(key) ? duration(key) : nil
    }

    /// The lexeme of a number that must be there.
    package mutating func requiredDecimal(_ key: String) -> Positioned<String>? {
        require(key) ? decimal(key) : nil
    }

    /// One of the given words, which must be there.
    package mutating func requiredChoice(_ key: String, of words: [String]) -> Positioned<String>? {
        require(key) ? choice(key, of: words) : nil
    }

    /// A secret that must be there.
    package mutating func requiredSecret(_ key: String) -> Positioned<SecretReference>? {
        require(key) ? secret(key) : nil
    }

    /// A list of texts that must be there.
    package mutating func requiredStrings(_ key: String) -> [Positioned<String>]? {
        require(key) ? strings(key) : nil
    }

    /// A value of any kind that must be there.
    package mutating func requiredNode(_ key: String) -> YAMLNode? {
        require(key) ? node(key) : nil
    }

    /// A list that must be there.
    package mutating func requiredSequence(_ key: String) -> [YAMLNode]? {
        require(key) ? sequence(key) : nil
    }

    /// A mapping that must be there.
    package mutating func requiredMapping(_ key: String) -> MappingDecoder? {
        require(key) ? mapping(key) : nil
    }

    /// A list of mappings that must be there.
    package mutating func requiredMappings(_ key: String) -> [MappingDecoder]? {
        require(key) ? mappings(key) : nil
    }
}
