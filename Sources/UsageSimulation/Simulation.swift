// The one owner of a simulator's state.
//
// 1. Every figure is computed from the state and one reading of the clock.

/// Usage, faults and sinks of one running simulator.
package actor Simulation {
    /// The settings it was started with.
    package nonisolated let configuration: SimulationConfiguration

    private let clock: @Sendable () -> Double
    private let narrate: (@Sendable (String) -> Void)?
    private let replay: TraceReplay?
    private let traceEvents: TraceEvents
    private let began: Double
    private var usage: UsageState
    private var faults: FaultScript
    private var sink = WebhookSink()
    private var vendorMemory = VendorMemory()
    private var cases = CaseScript()
    private var toldStage: String?

    /// A simulation that begins now.
    ///
    /// - Parameters:
    ///   - clock: seconds since 1970.
    ///   - narrate: takes one line for each stage and each webhook; nil: nobody listens.
    package init(
        _ configuration: SimulationConfiguration,
        clock: @escaping @Sendable () -> Double,
        narrate: (@Sendable (String) -> Void)? = nil
    ) {
        self.configuration = configuration
        self.clock = clock
        self.narrate = narrate
        began = clock()
        usage = UsageState(
            history: UsageHistory(base: configuration.base, seed: configuration.seed),
            calendar: configuration.calendar, story: configuration.story, now: began)
        faults = FaultScript(isScheduled: configuration.schedulesFaults)
        traceEvents = TraceEvents(
            traces: configuration.traces, began: began, speed: configuration.traceSpeed)
        replay =
            configuration.traces.isEmpty
            ? nil
            : TraceReplay(
                traces: configuration.traces, today: configuration.calendar.day(of: began),
                speed: configuration.traceSpeed)
    }

    /// Today in the vendor's time zone.
    package var today: SimulatedDay { configuration.calendar.day(of: clock()) }

    /// Counts a request and says which fault it meets.
    package func meet(path: String, mounted: VendorFault?) -> VendorFault? {
        faults.meet(path: path, mounted: mounted)
    }

    /// The figures of a window.
    package func figures(_ interface: VendorInterface, _ query: VendorQuery) -> VendorFigures {
        let now = clock()
        switch interface {
        case .usage, .pages:
            let rows = usage.rows(from: query.from, to: query.to, now: now)
            return VendorFigures(rows: rows.filter { query.wants($0.product) })
        case .dailyTokens, .buckets:
            let totals = totals(interface, query, now: now)
            return VendorFigures(totals: totals.filter { query.wants($0.product) })
        }
    }

    /// Today in UTC, which vendors' days are cut by.
    package var utcToday: SimulatedDay { SimulatedDay(holding: max(0, Int(clock()))) }

    /// What a vendor's stand-in reports on days, as JSON.
    package func expected(
        _ vendor: any VendorStandIn.Type, days: Range<SimulatedDay>
    ) -> String {
        let usage = VendorUsage(vendor: vendor.name, seed: configuration.seed, now: clock())
        return VendorExpectation.json(of: vendor, usage, days: days)
    }

    /// Answers a request to a stand-in of a vendor.
    package func answer(
        _ vendor: any VendorStandIn.Type, method: String, path: String,
        query: [(name: String, value: String)], headers: [String: String], body: [UInt8],
        base: String
    ) -> VendorReply {
        let now = clock()
        let call = VendorCall(
            method: method, path: path, query: query, headers: headers, body: body, base: base,
            now: now,
            usage: VendorUsage(vendor: vendor.name, seed: configuration.seed, now: now))
        return VendorTable.answer(
            vendor, call, secret: configuration.secret, memory: &vendorMemory)
    }

    /// A page of the traces' events, as JSON.
    package func events(_ query: TraceEventQuery) -> String {
        traceEvents.page(query, now: clock())
    }

    /// Chooses the poll of a case that is answered from now on; false when there is none.
    package func choose(poll: Int, of name: String) -> Bool {
        cases.choose(poll: poll, of: name)
    }

    /// The answer to a request of a page of a case.
    func answer(_ scripted: FaultCase, page: Int) -> ScriptedAnswer? {
        cases.answer(scripted, page: page)
    }

    /// States the figure of a product and day; false when the bound is reached.
    package func state(_ credits: SimulatedAmount, of product: String, on day: SimulatedDay)
        -> Bool
    {
        usage.state(credits, of: product, on: day)
    }

    /// Adds to today's figure of a product; false when the bound is reached.
    package func add(_ credits: SimulatedAmount, to product: String) -> Bool {
        usage.add(credits, to: product, now: clock())
    }

    /// Starts a story from its beginning.
    package func begin(_ story: StoryName) {
        usage.begin(story, now: clock())
        toldStage = nil
    }

    /// Scripts a fault; false when the bound is reached.
    package func script(_ fault: VendorFault?, path: String, times: Int?) -> Bool {
        faults.set(fault, path: path, times: times)
    }

    /// Forgets scripted faults and request counts.
    package func clearFaults() {
        faults.clear()
    }

    /// Keeps an arrived webhook, tells of it, and says how to answer.
    package func receive(
        at name: String, headers: [(name: String, value: String)], body: [UInt8]
    ) -> SinkBehaviour {
        let (webhook, behaviour) = sink.receive(
            at: name, headers: headers, body: body, now: clock())
        narrate?(WebhookSummary.line(for: webhook))
        return behaviour
    }

    /// Sets how a sink answers; false when the bound is reached.
    package func behave(_ behaviour: SinkBehaviour?, at name: String) -> Bool {
        sink.behave(behaviour, at: name)
    }

    /// Forgets what a sink received.
    package func clearSink(_ name: String) {
        sink.clear(name)
    }

    /// The records of a sink, as JSON.
    package func records(at name: String, after: Int, limit: Int) -> String {
        let records = sink.records(at: name, after: after, limit: limit)
        return JSONText.object([
            ("sink", JSONText.quoted(name)),
            ("records", JSONText.array(records.map(\.json))),
            ("dropped", "\(sink.dropped)"),
        ])
    }

    /// The names of the sinks with how many records they hold, as JSON.
    package func sinks() -> String {
        JSONText.object([
            (
                "sinks",
                JSONText.object(sink.counts.map { (name: $0.sink, value: "\($0.count)") })
            ),
            ("dropped", "\(sink.dropped)"),
        ])
    }

    /// Tells of the story's stage when it changed since it was last told.
    package func tellStage() {
        let now = clock()
        guard let stage = usage.stage(now: now), stage.name != toldStage else { return }
        toldStage = stage.name
        narrate?("\(WebhookSummary.clock(now)) story \(stage.name): \(stage.summary)")
    }

    /// Everything there is to know, as JSON.
    package func stateJSON() -> String {
        let now = clock()
        let used = usage.usedThisMonth(now: now)
        let base = usage.history.base
        let percent = base > 0 ? Double(used.micros) / Double(base) / 10_000 : nil
        return JSONText.object([
            ("now", "\(Int(now))"),
            ("today", JSONText.quoted(configuration.calendar.day(of: now).description)),
            ("time_zone", JSONText.quoted(configuration.calendar.identifier)),
            ("base_allocation", "\(base)"),
            ("used", used.description),
            ("usage_percent", percent.map { "\($0)" } ?? "null"),
            ("story", storyJSON(now: now)),
            ("products", JSONText.array(usage.products.map(JSONText.quoted))),
            (
                "requests",
                JSONText.object(
                    faults.requests.sorted { $0.key < $1.key }
                        .map { (name: $0.key, value: "\($0.value)") })
            ),
            ("faults", faultsJSON),
            ("sinks", sinks()),
        ])
    }

    private func storyJSON(now: Double) -> String {
        JSONText.object([
            ("name", JSONText.quoted(usage.story.rawValue)),
            ("day", JSONText.quoted(usage.storyDay.description)),
            ("elapsed_seconds", "\(Int(max(now - usage.storyBegan, 0)))"),
            ("stage", usage.stage(now: now).map { JSONText.quoted($0.name) } ?? "null"),
        ])
    }

    private var faultsJSON: String {
        JSONText.array(
            faults.scripted.sorted { $0.key < $1.key }.map { path, entry in
                JSONText.object([
                    ("path", JSONText.quoted(path)),
                    ("fault", JSONText.quoted(entry.fault.name)),
                    ("times", entry.times.map { "\($0)" } ?? "null"),
                ])
            })
    }

    /// Tokens of the traces; without a trace the buckets show a thousand tokens a credit.
    private func totals(_ interface: VendorInterface, _ query: VendorQuery, now: Double)
        -> [TokenTotal]
    {
        if let replay {
            return replay.totals(at: now - began)
                .filter { $0.day >= query.from && $0.day <= query.to }
        }
        guard interface == .buckets else { return [] }
        return usage.rows(from: query.from, to: query.to, now: now).map { row in
            TokenTotal(
                day: row.day, product: row.product,
                contextTokens: row.credits.micros / 1000, generatedTokens: 0)
        }
    }
}
