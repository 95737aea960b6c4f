// What a simulator is told at its start.

/// The settings of one simulator.
package struct SimulationConfiguration: Sendable {
    /// Credits a month that the figures are scaled to.
    package var base: Int64 = 100_000
    /// Chooses the generated figures.
    package var seed: UInt64 = 1
    /// The story that today's usage follows.
    package var story: StoryName = .demo
    /// Cuts instants into the vendor's days.
    package var calendar: SimulatedCalendar
    /// Traces to replay; with any, the token APIs speak of them alone.
    package var traces: [TokenTrace] = []
    /// How many seconds of the traces pass in one second; nil: all at once.
    package var traceSpeed: Double?
    /// The token that the APIs require; nil: none.
    package var secret: String?
    /// Whether requests also meet the fixed schedule of faults.
    package var schedulesFaults = false

    /// The default settings for a time zone.
    package init(calendar: SimulatedCalendar) {
        self.calendar = calendar
    }
}
