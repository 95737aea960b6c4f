// All vendors that are stood in for, and the way from a request to an answer.

/// The stand-ins.
package enum VendorTable {
    /// Every vendor, by name.
    package static let all: [any VendorStandIn.Type] = [
        AnthropicStandIn.self, AzureStandIn.self, ContentstackStandIn.self, CursorStandIn.self,
        DeepSeekStandIn.self, ElevenLabsStandIn.self, GenericStandIn.self, GitHubStandIn.self,
        HeliconeStandIn.self, LangfuseStandIn.self, LiteLLMStandIn.self, OpenAIStandIn.self,
        OpenMeterStandIn.self, OpenRouterStandIn.self, PortkeyStandIn.self,
        PrometheusStandIn.self,
    ]

    /// The vendor of a name.
    package static func vendor(_ name: String) -> (any VendorStandIn.Type)? {
        all.first { $0.name == name }
    }

    /// Answers a request to a vendor.
    ///
    /// - Parameter secret: the secret that requests must carry; nil takes any of the right kind.
    package static func answer(
        _ vendor: any VendorStandIn.Type, _ call: VendorCall, secret: String?,
        memory: inout VendorMemory
    ) -> VendorReply {
        do throws(VendorRefusal) {
            let (report, found) = try find(vendor, call)
            try (report.credential ?? vendor.credential).check(
                found, expected: secret, ordinary: vendor.ordinaryKeys)
            return try report.answer(found, &memory)
        } catch {
            return VendorReply(vendor.body(of: error), status: error.status)
        }
    }

    /// A line for each address, for people.
    package static func summary() -> String {
        var lines = ["# method  address  credential"]
        for vendor in all {
            for report in vendor.reports {
                let credential = (report.credential ?? vendor.credential).summary
                lines.append(
                    "\(report.method) /vendors/\(vendor.name)\(report.path)  \(credential)")
            }
        }
        lines.append("GET /vendors/{vendor}/expected?from=YYYY-MM-DD&to=YYYY-MM-DD  none")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func find(
        _ vendor: any VendorStandIn.Type, _ call: VendorCall
    ) throws(VendorRefusal) -> (VendorReport, VendorCall) {
        var isKnown = false
        for report in vendor.reports {
            guard let places = report.places(in: call.path) else { continue }
            isKnown = true
            guard report.method == call.method else { continue }
            var call = call
            call.places = places
            return (report, call)
        }
        throw isKnown
            ? VendorRefusal(405, "method_not_allowed", "this address takes another method")
            : VendorRefusal(404, "not_found", "no such address; GET /vendors lists them")
    }
}
