// The general categories of RFC 9485 in RE2's words.
//
// RE2 knows all but unassigned code points (`Cn`, and therefore whole `C`): those are written out
// from the standard library's table.

enum UnicodeCategories {
    /// `IsCategory` of RFC 9485 section 4.
    static let names: Set<String> = [
        "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No",
        "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Z", "Zl", "Zp", "Zs",
        "S", "Sc", "Sk", "Sm", "So", "C", "Cc", "Cf", "Cn", "Co",
    ]

    private static let assignedVisible = "\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Z}"

    /// The category as items of a bracketed class.
    static func translated(_ name: String, isComplement: Bool) -> String {
        switch (name, isComplement) {
        case ("C", false): "\\p{C}" + unassigned
        case ("C", true): assignedVisible
        case ("Cn", false): unassigned
        case ("Cn", true): assignedVisible + "\\p{C}"
        case (_, false): "\\p{\(name)}"
        case (_, true): "\\P{\(name)}"
        }
    }

    /// Ranges of unassigned code points; made on first use.
    private static let unassigned: String = {
        var ranges = ""
        var start: UInt32?
        for code in UInt32(0)...0x10FFFF {
            let isUnassigned = Unicode.Scalar(code)?.properties.generalCategory == .unassigned
            if isUnassigned, start == nil { start = code }
            if !isUnassigned, let first = start {
                ranges += range(first, code - 1)
                start = nil
            }
        }
        if let first = start { ranges += range(first, 0x10FFFF) }
        return ranges
    }()

    private static func range(_ first: UInt32, _ last: UInt32) -> String {
        "\\x{\(String(first, radix: 16))}-\\x{\(String(last, radix: 16))}"
    }
}
