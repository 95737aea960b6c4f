// /-/healthy, /-/ready, /-/reload.

import Agent

/// Serves health, readiness and reload.
struct HealthRoutes {
    let snapshots: SnapshotBox
    /// Reloads the configuration; the message of a refusal, or nil.
    let reload: @Sendable () async -> String?
    let allowsReload: Bool

    /// A reload verifies the ledger.
    private static let reloadSeconds = 120

    var routes: [Route] {
        [
            Route("GET", "/-/healthy", access: .open) { _, _ in
                .text("AI credits agent is Healthy.\n")
            },
            Route("GET", "/-/ready", access: .open) { _, _ in
                snapshots.value.isReady
                    ? .text("AI credits agent is Ready.\n")
                    : .text(
                        "AI credits agent is not ready: the ledger is being read.\n", status: 503)
            },
            Route(
                "POST", "/-/reload", access: .reload, deadlineSeconds: Self.reloadSeconds
            ) { _, _ in
                await respondToReload()
            },
            Route(
                "PUT", "/-/reload", access: .reload, deadlineSeconds: Self.reloadSeconds
            ) { _, _ in
                await respondToReload()
            },
        ]
    }

    private func respondToReload() async -> WebResponse {
        guard allowsReload else {
            return .failure(
                .forbidden,
                "reload over HTTP is off; start with --web.enable-lifecycle, or send SIGHUP")
        }
        if let message = await reload() {
            return .text("failed to reload the configuration: \(message)\n", status: 500)
        }
        return .text("")
    }
}
