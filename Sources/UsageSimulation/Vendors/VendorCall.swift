// A request to a stand-in, with readers for what vendors take as parameters.

/// One request and what the stand-in knows when it arrives.
package struct VendorCall: Sendable {
    /// GET or POST.
    package let method: String
    /// The path after `/vendors/<vendor>`.
    package let path: String
    /// The parts of the path that its pattern names.
    package var places: [String: String] = [:]
    /// The decoded query, in order.
    package let query: [(name: String, value: String)]
    /// Headers by their names in lower case.
    package let headers: [String: String]
    /// The body.
    package let body: [UInt8]
    /// Scheme, host, port and mount, such as `http://127.0.0.1:4711/vendors/azure`.
    package let base: String
    /// Seconds since 1970.
    package let now: Double
    /// The figures.
    package let usage: VendorUsage

    /// A request.
    package init(
        method: String = "GET", path: String, query: [(name: String, value: String)] = [],
        headers: [String: String] = [:], body: [UInt8] = [], base: String = "", now: Double,
        usage: VendorUsage
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.base = base
        self.now = now
        self.usage = usage
    }

    /// Today in UTC.
    package var today: SimulatedDay { SimulatedDay(number: Int((now / 86_400).rounded(.down))) }

    /// A header's value.
    package func header(_ name: String) -> String? { headers[name.lowercased()] }

    /// The first value of a parameter; an empty one counts as absent.
    package func value(_ name: String) -> String? {
        query.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// All values of an array parameter, written `name` or `name[]`, also with commas.
    package func values(_ name: String) -> [String] {
        query.filter { $0.name == name || $0.name == name + "[]" }
            .flatMap { $0.value.split(separator: ",").map(String.init) }
    }

    /// The body as JSON.
    func json() throws(VendorRefusal) -> RequestJSON {
        guard let json = RequestJSON.read(body), case .object = json else {
            throw .parameter("the body is no JSON object")
        }
        return json
    }

    /// A whole number of the query, inside bounds.
    func number(
        _ name: String, in range: ClosedRange<Int>, default standard: Int
    ) throws(VendorRefusal) -> Int {
        guard let text = value(name) else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw .parameter("\(name) must be \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Seconds since 1970 of a parameter in seconds.
    func seconds(_ name: String) throws(VendorRefusal) -> Int? {
        guard let text = value(name) else { return nil }
        guard let number = Int(text), (0...VendorTime.latest).contains(number) else {
            throw .parameter("\(name) must be seconds since 1970")
        }
        return number
    }

    /// Seconds since 1970 of a parameter in RFC 3339.
    func instant(_ name: String) throws(VendorRefusal) -> Int? {
        guard let text = value(name) else { return nil }
        guard let instant = VendorTime.seconds(text) else {
            throw .parameter("\(name) must be a time like 2026-11-01T00:00:00Z")
        }
        return instant
    }

    /// The day of a parameter.
    func day(_ name: String) throws(VendorRefusal) -> SimulatedDay? {
        guard let text = value(name) else { return nil }
        guard let day = SimulatedDay(text) else {
            throw .parameter("\(name) must be a day like 2026-11-01")
        }
        return day
    }

    /// Refuses values of `group_by` that the vendor does not know.
    func groups(of known: [String]) throws(VendorRefusal) -> [String] {
        let groups = values("group_by")
        for group in groups where !known.contains(group) {
            throw .parameter("group_by takes \(known.joined(separator: ", ")), not \(group)")
        }
        return groups
    }
}
