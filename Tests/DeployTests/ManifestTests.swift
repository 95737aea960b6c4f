// The chart and the plain manifests: current, valid, and with the one set of rules.

import Foundation
import Testing

@Suite("Kubernetes manifests")
struct ManifestTests {
    private static let hasYAML = Program.hasModule("yaml")
    private static let tools = Repository.path(".build/test-tools/bin/python")
    private static let hasTools = FileManager.default.isExecutableFile(atPath: tools)

    @Test(
        "Helm renders the chart, Kubernetes' schemas take it, and deploy/kubernetes is current",
        .enabled(if: hasTools, "the packages of deploy/helm/requirements.txt are not installed"))
    func chart() throws {
        let outcome = try Program.run(Self.tools, ["deploy/helm/render.py", "--check"])
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output.contains("the schema refuses"), "\(outcome)")
    }

    @Test(
        "the PrometheusRule and the ConfigMap hold the rules of alerts.yml",
        .enabled(if: hasYAML, "python3-yaml is not installed"))
    func rules() throws {
        let script = """
            import yaml
            def load(path): return yaml.safe_load(open(path))
            own = load("alerts.yml")
            rule = load("deploy/kubernetes/prometheusrule.yaml")
            config = load("deploy/kubernetes/configmap.yaml")
            assert rule["kind"] == "PrometheusRule" and rule["spec"]["groups"] == own["groups"]
            assert yaml.safe_load(config["data"]["alerts.yml"]) == own
            monitor = load("deploy/kubernetes/servicemonitor.yaml")
            service = load("deploy/kubernetes/service.yaml")
            labels = service["metadata"]["labels"]
            wanted = monitor["spec"]["selector"]["matchLabels"]
            assert wanted.items() <= labels.items()
            ports = [port["name"] for port in service["spec"]["ports"]]
            assert [end["port"] for end in monitor["spec"]["endpoints"]] == ports
            print("rules", sum(len(group["rules"]) for group in own["groups"]))
            """
        let outcome = try Program.run(Program.python ?? "", ["-c", script])
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output == "rules \(try RunbookTests.alerts().count)\n")
    }

    @Test("the chart takes rules and dashboards from their one place")
    func links() throws {
        let files = "deploy/helm/ai-credits-agent/files"
        let links = [
            "alerts.yml": "alerts.yml",
            "dashboards/ai-credits.json": "deploy/grafana/dashboards/ai-credits.json",
            "dashboards/ai-credits-agent.json": "deploy/grafana/dashboards/ai-credits-agent.json",
        ]
        for (link, target) in links {
            let url = Repository.root.appending(path: "\(files)/\(link)")
            let attributes = try FileManager.default.attributesOfItem(atPath: url.path())
            #expect(attributes[.type] as? FileAttributeType == .typeSymbolicLink, "\(link)")
            #expect(
                url.resolvingSymlinksInPath().path()
                    == Repository.root.appending(path: target).resolvingSymlinksInPath().path())
        }
    }
}
