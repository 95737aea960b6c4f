// GET /: what this is, where everything is, and how the organizations stand.

import Agent
import AgentConfiguration
import Credits
import Ports

/// Serves the landing page.
struct LandingPage {
    let snapshots: SnapshotBox
    let build: BuildInformation
    let clock: any WallClock

    var route: Route {
        Route("GET", "/", access: .read) { _, _ in
            WebResponse(
                contentType: "text/html; charset=utf-8", body: Array(page().utf8),
                headers: [
                    ("X-Frame-Options", "DENY"),
                    (
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
                    ),
                ])
        }
    }

    private static let links = [
        ("/metrics", "Metrics"), ("/api/v1/organizations", "Organizations (JSON)"),
        ("/-/healthy", "Health"), ("/-/ready", "Readiness"),
    ]

    private func page() -> String {
        let now = clock.now()
        let rows = snapshots.value.organizations.map { row($0, now: now) }.joined()
        let links = Self.links.map { "<li><a href=\"\($0.0)\">\($0.1)</a></li>" }.joined()
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>AI credits agent</title>
            <style>body{font-family:sans-serif;margin:2em}td,th{padding:.3em 1em;text-align:right}\
            td:first-child,th:first-child{text-align:left}.blocked{color:#b00020;font-weight:bold}\
            </style></head><body>
            <h1>AI credits agent</h1>
            <p>Version \(Self.escaped(build.version)), revision \(Self.escaped(build.revision))</p>
            <table><tr><th>Organization</th><th>Used</th><th>Base</th><th>Percent</th>\
            <th>Remaining</th><th>Days until reset</th><th>State</th></tr>
            \(rows)</table>
            <ul>\(links)</ul>
            <p>Ask the gate: <code>/api/v1/gate?organization=ID&amp;product=ID</code></p>
            </body></html>

            """
    }

    private func row(_ organization: OrganizationSnapshot, now: Timestamp) -> String {
        let standing = organization.standing(at: now)
        let isKnown = organization.hasKnownUsage
        let isBlocked = isKnown && standing.reachesLimit
        let state = isBlocked ? "blocked" : organization.isStale(at: now) ? "stale" : "open"
        let percent = standing.usagePercent.map { "\(($0 * 100).rounded() / 100) %" } ?? "–"
        let cells = [
            Self.escaped(organization.state.configuration.name),
            isKnown ? standing.used.description : "unknown", standing.base.description,
            isKnown ? percent : "unknown", isKnown ? standing.remaining.description : "unknown",
            String(standing.daysUntilReset), "<span class=\"\(state)\">\(state)</span>",
        ]
        return "<tr>" + cells.map { "<td>\($0)</td>" }.joined() + "</tr>\n"
    }

    private static func escaped(_ text: String) -> String {
        var output = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "'": output += "&#39;"
            default: output.unicodeScalars.append(character)
            }
        }
        return output
    }
}
