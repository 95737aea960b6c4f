// DeepSeek's balance: amounts as texts, topped up before it runs out.

/// Stands in for `https://api.deepseek.com`.
enum DeepSeekStandIn: VendorStandIn {
    static let name = "deepseek"
    static let credential = VendorCredential.bearer

    static var reports: [VendorReport] {
        [
            VendorReport(
                "balance", "GET", "/user/balance", product: { _ in "deepseek" },
                measures: [.cost], answer: { call, _ in balance(call) })
        ]
    }

    private static func balance(_ call: VendorCall) -> VendorReply {
        let used = call.usage.sum(to: call.today) { $0.cost.micros }
        let left = SimulatedAmount(micros: (used / 500_000_000 + 1) * 500_000_000 - used)
        let granted = SimulatedAmount(micros: min(left.micros, 10_000_000))
        return .object([
            ("is_available", "true"),
            (
                "balance_infos",
                JSONText.array([
                    JSONText.object([
                        ("currency", JSONText.quoted("USD")),
                        ("total_balance", JSONText.quoted(left.description)),
                        ("granted_balance", JSONText.quoted(granted.description)),
                        ("topped_up_balance", JSONText.quoted((left - granted).description)),
                    ])
                ])
            ),
        ])
    }
}
