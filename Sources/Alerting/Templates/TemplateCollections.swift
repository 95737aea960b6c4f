// `index`, `slice` and `len`.

/// Access to the elements of maps, lists and texts.
enum TemplateCollections {
    static func length(_ value: TemplateValue) throws(TemplateFailure) -> TemplateValue {
        switch value {
        case .string(let text), .html(let text): return .integer(Int64(text.utf8.count))
        case .labels(let labels), .keyValues(let labels):
            return .integer(Int64(labels.pairs.count))
        case .list(let list): return .integer(Int64(list.elements.count))
        case .arguments(let pairs): return .integer(Int64(pairs.count))
        case .samples(let samples): return .integer(Int64(samples.count))
        case .missing:
            throw TemplateFailure("reflect: call of reflect.Value.Type on zero Value")
        default:
            throw TemplateFailure("len of type \(pointee(value))")
        }
    }

    private static func pointee(_ value: TemplateValue) -> String {
        value.typeName.hasPrefix("*") ? String(value.typeName.dropFirst()) : value.typeName
    }

    static func index(_ values: [TemplateValue]) throws(TemplateFailure) -> TemplateValue {
        var item = values[0]
        if case .missing = item { throw TemplateFailure("index of untyped nil") }
        for index in values.dropFirst() { item = try element(of: item, at: index) }
        return item
    }

    private static func element(
        of item: TemplateValue, at index: TemplateValue
    ) throws(TemplateFailure) -> TemplateValue {
        switch item {
        case .missing: throw TemplateFailure("index of nil pointer")
        case .labels(let labels), .keyValues(let labels):
            return .string(labels[try key(index)] ?? "")
        case .list(let list):
            let place = try place(index, limit: list.elements.count)
            guard place < list.elements.count else {
                throw TemplateFailure("reflect: slice index out of range")
            }
            return list.elements[place]
        case .arguments(let pairs):
            let key = try key(index)
            return pairs.first { $0.name == key }?.value ?? .missing
        case .samples(let samples):
            let place = try place(index, limit: samples.count)
            guard place < samples.count else {
                throw TemplateFailure("reflect: slice index out of range")
            }
            return .sample(samples[place])
        case .string(let text), .html(let text):
            let bytes = Array(text.utf8)
            let place = try place(index, limit: bytes.count)
            guard place < bytes.count else {
                throw TemplateFailure("reflect: string index out of range")
            }
            return .byte(bytes[place])
        default:
            throw TemplateFailure("can't index item of type \(pointee(item))")
        }
    }

    private static func key(_ index: TemplateValue) throws(TemplateFailure) -> String {
        switch index {
        case .string(let text): return text
        case .missing:
            throw TemplateFailure("value is nil; should be of type string")
        default:
            throw TemplateFailure("value has type \(index.typeName); should be string")
        }
    }

    private static func place(
        _ index: TemplateValue, limit: Int
    ) throws(TemplateFailure) -> Int {
        let number: Int64
        switch index {
        case .missing: throw TemplateFailure("cannot index slice/array with nil")
        case .byte(let byte): number = Int64(byte)
        default:
            guard let signed = index.signed else {
                throw TemplateFailure("cannot index slice/array with type \(index.typeName)")
            }
            number = signed
        }
        guard number >= 0, number <= Int64(limit) else {
            throw TemplateFailure("index out of range: \(number)")
        }
        return Int(number)
    }

    static func slice(_ values: [TemplateValue]) throws(TemplateFailure) -> TemplateValue {
        let item = values[0]
        let indexes = Array(values.dropFirst())
        if case .missing = item { throw TemplateFailure("slice of untyped nil") }
        guard indexes.count <= 3 else {
            throw TemplateFailure("too many slice indexes: \(indexes.count)")
        }
        let count: Int
        switch item {
        case .string(let text), .html(let text):
            guard indexes.count < 3 else {
                throw TemplateFailure("cannot 3-index slice a string")
            }
            count = text.utf8.count
        case .samples(let samples): count = samples.count
        case .list(let list): count = list.elements.count
        default: throw TemplateFailure("can't slice item of type \(item.typeName)")
        }
        var bounds = [0, count, count]
        for (number, index) in indexes.enumerated() {
            bounds[number] = try place(index, limit: count)
        }
        for (low, high) in [(bounds[0], bounds[1]), (bounds[1], bounds[2])] where low > high {
            throw TemplateFailure("invalid slice index: \(low) > \(high)")
        }
        return cut(item, bounds[0]..<bounds[1])
    }

    private static func cut(_ item: TemplateValue, _ range: Range<Int>) -> TemplateValue {
        switch item {
        case .string(let text):
            .string(String(decoding: Array(text.utf8)[range], as: UTF8.self))
        case .html(let text):
            .html(String(decoding: Array(text.utf8)[range], as: UTF8.self))
        case .samples(let samples): .samples(Array(samples[range]))
        case .list(let list):
            .list(TemplateList(list.typeName, Array(list.elements[range])))
        default: item
        }
    }
}
