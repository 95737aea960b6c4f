// The process_* families that every exporter has, read from /proc. What cannot be had is absent.

import Exposition
import Foundation

/// Reads the process's own figures.
struct ProcessFamilies {
    func add(to builder: inout FamilyBuilder) {
        let fields = Self.statFields()
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        let page = Int64(sysconf(Int32(_SC_PAGESIZE)))
        if let user = fields[14], let system = fields[15], ticks > 0 {
            gauge(
                to: &builder, "process_cpu_seconds_total", .counter,
                "Total user and system CPU time spent in seconds.", nil,
                .double(Double(user + system) / ticks))
        }
        if let start = fields[22], let boot = Self.bootTime(), ticks > 0 {
            gauge(
                to: &builder, "process_start_time_seconds", .gauge,
                "Start time of the process since unix epoch in seconds.", "seconds",
                .double(Double(boot) + Double(start) / ticks))
        }
        if let bytes = fields[23] {
            gauge(
                to: &builder, "process_virtual_memory_bytes", .gauge,
                "Virtual memory size in bytes.", "bytes", .integer(bytes))
        }
        if let pages = fields[24] {
            gauge(
                to: &builder, "process_resident_memory_bytes", .gauge,
                "Resident memory size in bytes.", "bytes", .integer(pages * page))
        }
        if let threads = fields[20] {
            gauge(
                to: &builder, "process_threads", .gauge, "Number of threads.", nil,
                .integer(threads))
        }
        addDescriptors(to: &builder)
    }

    private func addDescriptors(to builder: inout FamilyBuilder) {
        let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        if let open {
            gauge(
                to: &builder, "process_open_fds", .gauge, "Number of open file descriptors.",
                nil, .integer(Int64(open)))
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0,
            let maximum = Int64(exactly: limit.rlim_cur)
        {
            gauge(
                to: &builder, "process_max_fds", .gauge,
                "Maximum number of open file descriptors.", nil, .integer(maximum))
        }
    }

    private func gauge(
        to builder: inout FamilyBuilder, _ name: String, _ type: MetricType, _ help: String,
        _ unit: String?, _ value: MetricValue
    ) {
        builder.add(name, type, help, unit: unit, [MetricSample(value: value)])
    }

    /// Fields of /proc/self/stat by the numbers of proc(5); the name in field 2 may hold spaces.
    private static func statFields() -> [Int: Int64] {
        guard let text = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return [:] }
        var fields: [Int: Int64] = [:]
        for (index, field) in text[text.index(after: end)...].split(separator: " ").enumerated() {
            fields[index + 3] = Int64(field)
        }
        return fields
    }

    private static func bootTime() -> Int64? {
        guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8) else {
            return nil
        }
        let line = text.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Int64($0.dropFirst(6)) }
    }
}
