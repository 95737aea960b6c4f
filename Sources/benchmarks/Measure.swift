// Measuring: seconds, medians, memory.

import Foundation

/// Short ways to measure.
enum Measure {
    /// Seconds that a body takes.
    static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        return try clock.measure(body) / .seconds(1)
    }

    /// Seconds that an asynchronous body takes.
    static func seconds(_ body: () async throws -> Void) async rethrows -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        try await body()
        return (clock.now - start) / .seconds(1)
    }

    /// Seconds of processor time that an asynchronous body takes in this process: what a machine
    /// that others use at the same time disturbs least.
    static func processorSeconds(_ body: () async throws -> Void) async rethrows -> Double {
        let start = processorSeconds()
        try await body()
        return processorSeconds() - start
    }

    /// Seconds of processor time that this process has used.
    static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Seconds of processor time that another process has used, in steps of a hundredth.
    static func processorSeconds(of process: Int32) throws -> Double {
        let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        // The name of the program may have anything in it, but what follows its last bracket.
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12])
        else { throw PeerFailure(description: "process \(process) is gone") }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The middle of the measurements; 0 of none.
    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }

    /// What 95 of 100 measurements do not pass; 0 of none.
    static func percentile95(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[(sorted.count * 95 + 99) / 100 - 1]
    }

    /// How many threads of the machine run or wait to, on average over the last minute.
    static func machineLoad() -> String {
        var averages = [0.0]
        return getloadavg(&averages, 1) == 1 ? text(averages[0]) : "unknown"
    }

    /// This or another process's resident memory in megabytes (10^6 bytes).
    static func residentMegabytes(of process: Int32? = nil) -> Double {
        let file = "/proc/\(process.map(String.init) ?? "self")/statm"
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            return 0
        }
        let fields = text.split(separator: " ")
        let pages = fields.count > 1 ? Double(fields[1]) ?? 0 : 0
        return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1e6
    }

    /// The most memory that the process ever had, in megabytes (10^6 bytes).
    static func peakMegabytes() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) * 1024 / 1e6
    }

    /// A number with three digits after the point.
    static func text(_ value: Double) -> String {
        String(format: "%.3f", value)
    }
}
