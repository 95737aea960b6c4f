// How much YAML one file may hold.

/// Bounds of one YAML file; passing one is a mistake, not a crash.
package struct YAMLLimits: Sendable, Equatable {
    /// Bytes of the file.
    package var bytes: Int
    /// Lists and mappings inside each other, aliases counted as if written out.
    package var depth: Int
    /// Nodes (keys, values, lists, mappings), aliases counted as if written out.
    package var nodes: Int

    /// Bounds for one file.
    package init(bytes: Int, depth: Int, nodes: Int) {
        self.bytes = bytes
        self.depth = depth
        self.nodes = nodes
    }

    /// 16 MiB, 64 levels, 100,000 nodes.
    package static let standard = YAMLLimits(bytes: 16 << 20, depth: 64, nodes: 100_000)
}
