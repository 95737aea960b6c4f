// Finds the place of a mistake: the text before it is well formed, so brackets and commas suffice.
//
// 1. Only runs after an error, so reading pays nothing for it.
// 2. The stack is as deep as the reader had got, which its depth limit bounds.

struct JSONLocator {
    private enum Frame {
        case array(index: Int)
        case object(name: Range<Int>?)
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let end: Int
    private var frames: [Frame] = []
    private(set) var line = 1
    private(set) var column = 1

    init(bytes: UnsafeBufferPointer<UInt8>, end: Int) {
        self.bytes = bytes
        self.end = end
    }

    /// Walks up to the mistake.
    mutating func walk() {
        countLines()
        var offset = 0
        while offset < end {
            switch bytes[offset] {
            case Byte.openBracket: frames.append(.array(index: 0))
            case Byte.openBrace: frames.append(.object(name: nil))
            case Byte.closeBracket, Byte.closeBrace: _ = frames.popLast()
            case Byte.comma: nextChild()
            case Byte.quote:
                let close = closingQuote(after: offset)
                if case .object(name: nil) = frames.last, close < end {
                    frames[frames.count - 1] = .object(name: offset..<(close + 1))
                }
                offset = close
            default: break
            }
            offset += 1
        }
    }

    /// The path of the value that was being read.
    func location() -> NormalizedPath {
        var steps: [PathStep] = []
        for frame in frames {
            switch frame {
            case .array(let index): steps.append(.index(index))
            case .object(let name):
                guard let name, let text = text(of: name) else { continue }
                steps.append(.name(text))
            }
        }
        return NormalizedPath(steps)
    }

    private mutating func nextChild() {
        switch frames.last {
        case .array(let index): frames[frames.count - 1] = .array(index: index + 1)
        case .object: frames[frames.count - 1] = .object(name: nil)
        case nil: break
        }
    }

    private func closingQuote(after start: Int) -> Int {
        var offset = start + 1
        while offset < end, bytes[offset] != Byte.quote {
            offset += bytes[offset] == Byte.backslash ? 2 : 1
        }
        return offset
    }

    private func text(of name: Range<Int>) -> String? {
        var scanner = JSONScanner(
            bytes: UnsafeBufferPointer(rebasing: bytes[name]), limits: .unlimitedText,
            repeatedKeys: .refuse)
        return try? scanner.string()
    }

    private mutating func countLines() {
        for offset in 0..<end {
            let byte = bytes[offset]
            if byte == Byte.lineFeed {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
    }
}
