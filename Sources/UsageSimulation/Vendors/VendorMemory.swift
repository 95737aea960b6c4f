// What stand-ins remember between requests: the jobs that were submitted.
//
// 1. At most `bound` jobs; the oldest is forgotten for a new one.

/// Jobs of asynchronous reports.
package struct VendorMemory: Sendable {
    /// The most jobs.
    static let bound = 200

    /// A submitted job.
    struct Job: Sendable {
        let from: SimulatedDay
        let to: SimulatedDay
        /// How often it was asked for.
        var looks = 0
    }

    private var jobs: [(id: String, job: Job)] = []
    private var count = 0

    /// A memory of nothing.
    package init() {}

    /// Takes a job and names it.
    mutating func submit(from: SimulatedDay, to: SimulatedDay) -> String {
        count += 1
        if jobs.count == Self.bound { jobs.removeFirst() }
        let id = "job-\(count)"
        jobs.append((id, Job(from: from, to: to)))
        return id
    }

    /// The job of a name, which has been asked for once more; nil when it is not known.
    mutating func look(at id: String) -> Job? {
        guard let index = jobs.firstIndex(where: { $0.id == id }) else { return nil }
        jobs[index].job.looks += 1
        return jobs[index].job
    }
}
