// An exporter of token counters: OpenMetrics when it is asked for, else text 0.0.4.

/// Stands in for any target that Prometheus scrapes.
enum PrometheusStandIn: VendorStandIn {
    static let name = "prometheus"
    static let credential = VendorCredential.none

    static var reports: [VendorReport] {
        [
            VendorReport(
                "metrics", "GET", "/metrics", measures: [.input, .output, .cost],
                answer: { call, _ in metrics(call) })
        ]
    }

    private static func metrics(_ call: VendorCall) -> VendorReply {
        let isOpen = call.header("accept")?.contains("application/openmetrics-text") ?? false
        var text = ""
        family(
            "ai_tokens", "Tokens by model and direction.", isOpen, call, into: &text,
            [
                ("direction=\"input\"", { $0.inputTokens * 1_000_000 }),
                ("direction=\"output\"", { $0.outputTokens * 1_000_000 }),
            ])
        family(
            "ai_cost_usd", "Price in US dollars.", isOpen, call, into: &text,
            [("currency=\"usd\"", { $0.cost.micros })])
        if isOpen { text += "# EOF\n" }
        let type =
            isOpen
            ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
            : "text/plain; version=0.0.4; charset=utf-8"
        return VendorReply(text, contentType: type)
    }

    private static func family(
        _ name: String, _ help: String, _ isOpen: Bool, _ call: VendorCall, into text: inout String,
        _ series: [(label: String, micros: (VendorLine) -> Int64)]
    ) {
        let type = isOpen ? name : name + "_total"
        text += "# HELP \(type) \(help)\n# TYPE \(type) counter\n"
        for model in VendorUsage.models {
            for one in series {
                let total = call.usage.sum(to: call.today) {
                    $0.model == model ? one.micros($0) : 0
                }
                let labels = "{model=\"\(model)\",\(one.label)}"
                text += "\(name)_total\(labels) \(SimulatedAmount(micros: total))\n"
                if isOpen { text += "\(name)_created\(labels) \(VendorUsage.firstDay.start)\n" }
            }
        }
    }
}
