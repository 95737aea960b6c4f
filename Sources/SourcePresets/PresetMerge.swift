// Lays what a user writes beside `preset` over the preset.
//
// 1. Mappings are merged key by key; texts and lists are replaced.
// 2. `auth`, `product`, `day` and `paginate` say one of several things: they are replaced whole.
// 3. A key with nothing behind it (`key: ~`) removes the preset's.
// 4. Every node keeps the place where it was written; a mapping of both has the user's.

import PositionedYAML

/// Merging of definitions.
enum PresetMerge {
    private static let wholeKeys: Set<String> = ["auth", "product", "day", "paginate"]

    /// The definition with the user's keys over it.
    static func merged(_ base: YAMLNode, under own: YAMLNode) -> YAMLNode {
        guard let basePairs = base.pairs, let ownPairs = own.pairs else { return own }
        var pairs: [YAMLPair] = []
        for pair in basePairs {
            guard let written = ownPairs.first(where: { $0.key.text == pair.key.text }) else {
                pairs.append(pair)
                continue
            }
            if written.value.isNull { continue }
            let isWhole = wholeKeys.contains(pair.key.text ?? "")
            let value = isWhole ? written.value : merged(pair.value, under: written.value)
            pairs.append(YAMLPair(key: written.key, value: value))
        }
        let names = Set(basePairs.compactMap(\.key.text))
        pairs += ownPairs.filter { !names.contains($0.key.text ?? "") }
        return YAMLNode(.mapping(pairs), at: own.position)
    }
}
