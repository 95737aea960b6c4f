// Waiting for what comes, with a deadline.

/// It did not come in time.
struct NotInTime: Error, CustomStringConvertible {
    let description: String
}

/// It cannot come any more; waiting ends at once.
struct GivenUp: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Tries until an attempt gives a value; an error of an attempt counts as not yet.
func eventually<Value>(
    _ what: String, within seconds: Double = 30, _ attempt: () async throws -> Value?
) async throws -> Value {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(seconds)
    var last = "nothing yet"
    repeat {
        do {
            if let value = try await attempt() { return value }
        } catch let error as GivenUp {
            throw error
        } catch {
            last = "\(error)"
        }
        try await Task.sleep(for: .milliseconds(40))
    } while clock.now < deadline
    throw NotInTime(description: "not within \(seconds) s: \(what) (\(last))")
}

/// Tries until a condition holds; the closure may say in `detail` what it found.
func eventually(
    _ what: String, within seconds: Double = 30,
    holds condition: (inout String) async throws -> Bool
) async throws {
    var detail = ""
    do {
        _ = try await eventually(what, within: seconds) { () async throws -> Bool? in
            try await condition(&detail) ? true : nil
        }
    } catch let error as NotInTime {
        throw NotInTime(description: "\(error.description); found: \(detail)")
    }
}
