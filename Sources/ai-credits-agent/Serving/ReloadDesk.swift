// Where reloads are asked for: by signal, over the web, on the control socket.
//
// 1. One reload at a time, in the order they were asked for.
// 2. What is asked for before the agent has started is done once it has.

/// Takes orders for reloads.
actor ReloadDesk {
    private var perform: (@Sendable () async -> String?)?
    private var isPending = false
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Begins to reload.
    func open(_ perform: @escaping @Sendable () async -> String?) async {
        self.perform = perform
        if isPending {
            isPending = false
            await reload()
        }
    }

    /// Reloads.
    ///
    /// - Returns: why it was refused; nil when the new configuration is in force.
    @discardableResult
    func reload() async -> String? {
        guard let perform else {
            isPending = true
            return "the agent is still starting; it reloads once it has started"
        }
        if isBusy {
            await withCheckedContinuation { waiting.append($0) }
        } else {
            isBusy = true
        }
        defer {
            // The next in line takes over without the flag ever being down.
            if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
        }
        return await perform()
    }
}
