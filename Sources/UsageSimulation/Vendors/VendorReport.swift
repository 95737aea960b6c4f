// One address of a vendor and what it reports.

/// A path of a vendor's API.
package struct VendorReport: Sendable {
    /// Answers one request whose credential is right.
    package typealias Answer =
        @Sendable (VendorCall, inout VendorMemory) throws(VendorRefusal) -> VendorReply

    /// The report's name on the page of expected figures.
    package let name: String
    /// GET or POST.
    package let method: String
    /// The path after `/vendors/<vendor>`: `{name}` is one part of it, `{name*}` one or more.
    package let path: String
    /// The credential; nil for the vendor's usual one.
    package let credential: VendorCredential?
    /// What the figures are grouped by, as the product.
    package let product: @Sendable (VendorLine) -> String
    /// The units of the report; empty for addresses that report no figures.
    package let measures: [VendorMeasure]
    /// Makes the answer.
    package let answer: Answer

    /// A report; without `product` its figures are those of models.
    package init(
        _ name: String, _ method: String = "GET", _ path: String,
        credential: VendorCredential? = nil,
        product: @escaping @Sendable (VendorLine) -> String = \.model,
        measures: [VendorMeasure] = [], answer: @escaping Answer
    ) {
        self.name = name
        self.method = method
        self.path = path
        self.credential = credential
        self.product = product
        self.measures = measures
        self.answer = answer
    }

    /// The named parts of a path that follows the pattern; nil when it does not.
    package func places(in path: String) -> [String: String]? {
        Self.match(self.path.split(separator: "/")[...], path.split(separator: "/")[...])
    }

    private static func match(
        _ pattern: ArraySlice<Substring>, _ path: ArraySlice<Substring>
    ) -> [String: String]? {
        guard let first = pattern.first else { return path.isEmpty ? [:] : nil }
        guard first.hasPrefix("{") else {
            return first == path.first ? match(pattern.dropFirst(), path.dropFirst()) : nil
        }
        let isLong = first.hasSuffix("*}")
        let name = String(first.dropFirst().dropLast(isLong ? 2 : 1))
        for count in stride(from: 1, through: isLong ? path.count : min(1, path.count), by: 1) {
            if var places = match(pattern.dropFirst(), path.dropFirst(count)) {
                places[name] = path.prefix(count).joined(separator: "/")
                return places
            }
        }
        return nil
    }
}

/// A vendor whose API is stood in for.
package protocol VendorStandIn: SendableMetatype {
    /// The name in the path.
    static var name: String { get }
    /// The usual credential.
    static var credential: VendorCredential { get }
    /// What keys begin with that are real, but not allowed to see usage.
    static var ordinaryKeys: [String] { get }
    /// The addresses.
    static var reports: [VendorReport] { get }
    /// The body of a refusal.
    static func body(of refusal: VendorRefusal) -> String
}

extension VendorStandIn {
    package static var ordinaryKeys: [String] { [] }

    package static func body(of refusal: VendorRefusal) -> String {
        JSONText.object([
            (
                "error",
                JSONText.object([
                    ("message", JSONText.quoted(refusal.message)),
                    ("type", JSONText.quoted(refusal.code)), ("param", "null"), ("code", "null"),
                ])
            )
        ])
    }
}
