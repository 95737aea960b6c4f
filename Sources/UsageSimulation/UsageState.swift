// What each product used on each day, as the vendor says now.
//
// 1. A figure is the stated one if the day was restated, else the generated one; then what was
//    added since.
// 2. Days before the story's day are generated whole; later ones follow the story.
// 3. At most `bound` figures can be stated or added to.

/// Usage of one product on one day.
package struct UsageRow: Sendable, Equatable {
    /// The day.
    package let day: SimulatedDay
    /// The product.
    package let product: String
    /// The credits used.
    package let credits: SimulatedAmount

    /// A row of one product and day.
    package init(day: SimulatedDay, product: String, credits: SimulatedAmount) {
        self.day = day
        self.product = product
        self.credits = credits
    }
}

/// The vendor's figures, changed by the story and by the control API.
package struct UsageState: Sendable {
    /// The most product days that can be stated or added to.
    package static let bound = 10_000

    private struct Key: Hashable {
        let product: String
        let day: SimulatedDay
    }

    /// The generated figures.
    package let history: UsageHistory
    /// Cuts instants into days.
    package let calendar: SimulatedCalendar
    /// The first day that has usage: the 1st of the month before the start.
    package let firstDay: SimulatedDay
    /// The story that today follows.
    package private(set) var story: StoryName
    /// When the story began, in seconds since 1970.
    package private(set) var storyBegan: Double
    /// The day of the story's beginning.
    package private(set) var storyDay: SimulatedDay
    /// Every product that reported, in order of their names.
    package private(set) var products: [String]

    private var demo: DemoStory
    private var stated: [Key: SimulatedAmount] = [:]
    private var added: [Key: SimulatedAmount] = [:]

    /// Usage that begins now.
    package init(
        history: UsageHistory, calendar: SimulatedCalendar, story: StoryName, now: Double
    ) {
        self.history = history
        self.calendar = calendar
        self.story = story
        storyBegan = now
        storyDay = calendar.day(of: now)
        firstDay = storyDay.firstOfPreviousMonth
        products = UsageHistory.shares.map(\.product)
        demo = DemoStory(base: history.base, historySum: .zero, quantum: history.quantum)
        begin(story, now: now)
    }

    /// Starts a story from its beginning.
    package mutating func begin(_ story: StoryName, now: Double) {
        self.story = story
        storyBegan = now
        storyDay = calendar.day(of: now)
        var sum = SimulatedAmount.zero
        if storyDay > storyDay.firstOfMonth {
            let days = rows(
                from: storyDay.firstOfMonth, to: storyDay.advanced(by: -1), now: now)
            for row in days { sum = sum + row.credits }
        }
        demo = DemoStory(base: history.base, historySum: sum, quantum: history.quantum)
    }

    /// The demonstration's stage; nil under another story.
    package func stage(now: Double) -> StoryStage? {
        story == .demo ? DemoStory.stage(at: max(now - storyBegan, 0)) : nil
    }

    /// The figure of one product and day.
    package func credits(of product: String, on day: SimulatedDay, now: Double) -> SimulatedAmount {
        let key = Key(product: product, day: day)
        return (stated[key] ?? generated(product, day, now: now)) + (added[key] ?? .zero)
    }

    /// The figures of a window up to today, by day and then product. A figure of zero is left out
    /// unless it was stated.
    package func rows(from: SimulatedDay, to: SimulatedDay, now: Double) -> [UsageRow] {
        var rows: [UsageRow] = []
        var day = max(from, firstDay)
        let last = min(to, calendar.day(of: now))
        while day <= last {
            for product in products {
                let credits = credits(of: product, on: day, now: now)
                let isStated = stated[Key(product: product, day: day)] != nil
                if credits != .zero || isStated {
                    rows.append(UsageRow(day: day, product: product, credits: credits))
                }
            }
            day = day.advanced(by: 1)
        }
        return rows
    }

    /// What all products used since the 1st of today's month.
    package func usedThisMonth(now: Double) -> SimulatedAmount {
        let today = calendar.day(of: now)
        return rows(from: today.firstOfMonth, to: today, now: now)
            .reduce(SimulatedAmount.zero) { $0 + $1.credits }
    }

    /// States the absolute figure of a product and day; false when too many are stated.
    package mutating func state(
        _ credits: SimulatedAmount, of product: String, on day: SimulatedDay
    )
        -> Bool
    {
        let key = Key(product: product, day: day)
        guard stated[key] != nil || stated.count < Self.bound else { return false }
        stated[key] = credits
        added[key] = nil
        learn(product)
        return true
    }

    /// Adds to today's figure of a product; false when too many were added to.
    package mutating func add(_ credits: SimulatedAmount, to product: String, now: Double) -> Bool {
        let key = Key(product: product, day: calendar.day(of: now))
        guard added[key] != nil || added.count < Self.bound else { return false }
        added[key] = (added[key] ?? .zero) + credits
        learn(product)
        return true
    }

    private mutating func learn(_ product: String) {
        guard !products.contains(product) else { return }
        products.append(product)
        products.sort()
    }

    private func generated(_ product: String, _ day: SimulatedDay, now: Double)
        -> SimulatedAmount
    {
        if day < storyDay { return history.credits(of: product, on: day) }
        switch story {
        case .none: return .zero
        case .demo:
            guard day == storyDay else { return .zero }
            return demo.today(of: product, at: max(now - storyBegan, 0))
        case .steady:
            let whole = Double(history.credits(of: product, on: day).micros)
            let passed = Int64(whole * calendar.fraction(of: day, at: now))
            return SimulatedAmount(micros: passed / history.quantum * history.quantum)
        }
    }
}
