// Tells series apart by their bytes.

/// The identity of a set of labels, independent of their order.
struct SeriesIdentity: Hashable {
    private let bytes: [UInt8]

    /// The identity of `labels` without the label `excluded`, under an optional sample name.
    init(_ labels: [Label], without excluded: String? = nil, name: String = "") {
        // 0xFF never occurs in UTF-8, so it parts the texts.
        var bytes = Array(name.utf8)
        for label in labels.sorted(by: { $0.name < $1.name }) where label.name != excluded {
            bytes.append(0xFF)
            bytes += label.name.utf8
            bytes.append(0xFF)
            bytes += label.value.utf8
        }
        self.bytes = bytes
    }
}
