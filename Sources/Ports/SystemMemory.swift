// Memory that is free goes back to the system: what a start needs at once would stay with the
// process for good otherwise.

import CMalloc

/// What glibc's allocator keeps.
package enum SystemMemory {
    /// How often free memory is given back, in milliseconds.
    private static let period: Int64 = 10_000

    /// Two arenas instead of eight for each core, since each keeps free memory of its own; call
    /// before the first thread.
    package static func limitArenas() {
        mallopt(M_ARENA_MAX, 2)
    }

    /// Gives free memory back again and again, until cancelled.
    package static func giveBack(waiter: any Waiter) async throws {
        while true {
            try await waiter.wait(milliseconds: period)
            malloc_trim(0)
        }
    }
}
