// When a day is final: the key `finality`. Source: reference on sources, sections 2.1 and 2.7.

import Credits
import ExactJSON
import PositionedYAML

/// When the days of a source are final.
package struct FinalityDefinition: Sendable, Equatable {
    /// Days after which a day is settled; polls look back at least as far. Key `settle`.
    package let settleDays: Int64?
    /// Days after which a day is locked: what changes it then is marked as late. Key `lock_after`.
    package let lockDays: Int64?
    /// Where a row says whether its day is final. Key `flag`.
    package let flag: FinalityFlag?

    /// Nothing is known of finality.
    package static let unknown = FinalityDefinition(settleDays: nil, lockDays: nil, flag: nil)

    /// The last day that is locked; nil when days are never locked.
    package func lockedThrough(today: CalendarDay) -> CalendarDay? {
        lockDays.map { today.adding(days: -$0 - 1) }
    }
}

/// Where a row says whether its day is final.
package struct FinalityFlag: Sendable, Equatable {
    /// The field.
    package let source: FieldSource
    /// What it says when the day is final.
    package let condition: ValueCondition

    /// Whether a row says that its day is final.
    func isFinal(_ place: RowPlace) throws(PollFailure) -> Bool {
        guard let value = try place.value(source) else {
            throw place.failure(source, "is missing, and `finality.flag` needs it")
        }
        return condition.holds(value, nil)
    }
}

extension FinalityDefinition {
    /// Decodes the key `finality`; absent is valid.
    static func decode(
        from source: inout MappingDecoder, style: SourceStyle, levels: LevelNames
    ) -> FinalityDefinition {
        guard var finality = source.mapping("finality") else { return .unknown }
        defer { finality.finish() }
        let settle = finality.wholeDays("settle", from: 0)
        let lock = finality.wholeDays("lock_after", from: 1)
        if let settle, let lock, lock < settle {
            finality.mistake("lock_after", "must not come before `settle`, \(settle)d")
        }
        var flag: FinalityFlag?
        if var mapping = finality.mapping("flag") {
            let field = mapping.fieldSource(levels)
            let condition = ValueCondition.value("final_when", in: &mapping)
            mapping.finish()
            if let field, let condition {
                flag = FinalityFlag(source: field, condition: condition)
            }
            if !style.hasDays {
                finality.mistake(
                    "flag", "goes with rows of days; style `\(style.rawValue)` has none")
            }
        }
        return FinalityDefinition(settleDays: settle, lockDays: lock, flag: flag)
    }
}

extension MappingDecoder {
    /// Whole days such as `31d`, up to 400; nil when absent, or after a mistake.
    mutating func wholeDays(_ key: String, from least: Int64) -> Int64? {
        guard let value = duration(key)?.value.milliseconds else { return nil }
        let day: Int64 = 86_400_000
        guard value % day == 0, (least...400).contains(value / day) else {
            mistake(key, "must be whole days from \(least)d to 400d, such as 3d")
            return nil
        }
        return value / day
    }
}
