// Where the days of one time zone begin and end.

import Foundation

/// Cuts instants into days of one time zone.
package struct SimulatedCalendar: Sendable {
    /// The IANA name of the vendor's time zone.
    package let identifier: String

    private let timeZone: TimeZone

    /// A calendar of an IANA zone; nil when the zone is not known.
    package init?(identifier: String) {
        guard let zone = TimeZone(identifier: identifier) else { return nil }
        self.identifier = identifier
        timeZone = zone
    }

    /// The day that holds an instant (seconds since 1970).
    package func day(of instant: Double) -> SimulatedDay {
        SimulatedDay(number: Int(((instant + offset(at: instant)) / 86_400).rounded(.down)))
    }

    /// The instant (seconds since 1970) at which a day begins.
    package func start(of day: SimulatedDay) -> Double {
        let midnight = Double(day.number) * 86_400
        let guess = midnight - offset(at: midnight)
        return midnight - offset(at: guess)
    }

    /// The share of a day that has passed, 0 to 1.
    package func fraction(of day: SimulatedDay, at instant: Double) -> Double {
        let begin = start(of: day)
        let end = start(of: day.advanced(by: 1))
        guard end > begin else { return 1 }
        return min(max((instant - begin) / (end - begin), 0), 1)
    }

    private func offset(at instant: Double) -> Double {
        Double(timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: instant)))
    }
}
