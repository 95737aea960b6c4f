// Bodies by a part of the URL that asks for them; a test may change them at any time.

import Synchronization

/// The answers of a vendor.
final class Answered: Sendable {
    private let bodies = Mutex<[(part: String, body: String)]>([])

    /// Answers URLs that hold a text.
    func set(_ part: String, _ body: String) {
        bodies.withLock { bodies in
            bodies.removeAll { $0.part == part }
            bodies.append((part, body))
        }
    }

    /// The body for a URL.
    func body(_ url: String) -> String? {
        bodies.withLock { bodies in bodies.first { url.contains($0.part) }?.body }
    }
}
