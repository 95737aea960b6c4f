// Which fault, if any, the next request of a path meets.

/// Scripted faults and request counts by path.
package struct FaultScript: Sendable {
    /// The most paths that are remembered.
    package static let bound = 1000

    /// A fault for the next requests of a path.
    package struct Scripted: Sendable, Equatable {
        /// What the requests meet.
        package let fault: VendorFault
        /// How many requests still meet it; nil: all.
        package var times: Int?
    }

    /// Whether paths also follow the fixed schedule of `VendorFault.scheduled`.
    package let isScheduled: Bool
    /// Requests by path.
    package private(set) var requests: [String: Int] = [:]
    /// Scripted faults by path.
    package private(set) var scripted: [String: Scripted] = [:]

    /// A script without faults of its own.
    package init(isScheduled: Bool) {
        self.isScheduled = isScheduled
    }

    /// Sets the fault that a path meets so many times (nil: always), or removes it.
    package mutating func set(_ fault: VendorFault?, path: String, times: Int?) -> Bool {
        guard let fault, times != 0 else {
            scripted[path] = nil
            return true
        }
        guard scripted[path] != nil || scripted.count < Self.bound else { return false }
        scripted[path] = Scripted(fault: fault, times: times)
        return true
    }

    /// Counts a request and says what it meets: a mounted fault always, else a scripted one, else
    /// a scheduled one.
    package mutating func meet(path: String, mounted: VendorFault?) -> VendorFault? {
        let number = count(path)
        if let mounted { return pass(mounted, number: number) }
        if let entry = scripted[path] {
            if let times = entry.times {
                scripted[path] = times > 1 ? Scripted(fault: entry.fault, times: times - 1) : nil
            }
            return entry.fault == .throttle(2) ? .throttle(nil) : entry.fault
        }
        return isScheduled ? VendorFault.scheduled(request: number) : nil
    }

    /// Forgets every fault and count.
    package mutating func clear() {
        requests = [:]
        scripted = [:]
    }

    /// A mounted throttle lets requests pass after its first so many.
    private func pass(_ fault: VendorFault, number: Int) -> VendorFault? {
        if case .throttle(let count?) = fault, number > count { return nil }
        return fault
    }

    private mutating func count(_ path: String) -> Int {
        guard requests[path] != nil || requests.count < Self.bound else { return 1 }
        requests[path, default: 0] += 1
        return requests[path] ?? 1
    }
}
