// A zone in which no midnight comes soon, so that a test does not run into another day.

import Foundation

/// The zone of all tests of this run.
enum SafeZone {
    static let identifier: String = {
        let minutes = Int(Date().timeIntervalSince1970) / 60 % 1440
        return (30...1380).contains(minutes) ? "UTC" : "Asia/Dhaka"
    }()
}
