// What an operator puts on a machine: unit, package, Compose files, gateways' files.

import Foundation
import Testing

@Suite("Host files")
struct HostFileTests {
    private static func has(_ names: String...) -> Bool {
        names.allSatisfy { Program.installed($0) != nil }
    }

    @Test(
        "the unit's exposure is at most 1.5",
        .enabled(if: has("systemd-analyze"), "systemd-analyze is not installed"))
    func unit() throws {
        let outcome = try Program.run(
            Program.installed("systemd-analyze") ?? "",
            [
                "security", "--offline=true", "--no-pager", "--threshold=15",
                Repository.path("deploy/systemd/ai-credits-agent.service"),
            ])
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output.contains("Overall exposure level for ai-credits-agent.service"))
    }

    @Test(
        "the package has the right files, needs the right libraries, and lintian finds no error",
        .enabled(
            if: has("dpkg-deb", "dpkg-shlibdeps", "strip", "true", "bash"),
            "the Debian package tools are not installed"))
    func package() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "package-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        func build(_ name: String) throws -> URL {
            let place = folder.appending(path: name)
            // Any program serves for the layout.
            let outcome = try Program.run(
                Program.installed("bash") ?? "",
                [
                    "deploy/debian/build-deb.sh", "--binary", Program.installed("true") ?? "",
                    "--output", place.path(), "--version", "1.2.3",
                ])
            #expect(outcome.status == 0, "\(outcome)")
            let names = try FileManager.default.contentsOfDirectory(atPath: place.path())
            return place.appending(path: try #require(names.first))
        }
        let package = try build("one")
        #expect(try Data(contentsOf: package) == Data(contentsOf: try build("two")))
        let dpkg = Program.installed("dpkg-deb") ?? ""
        let fields = try Program.run(dpkg, ["--field", package.path()]).output
        #expect(fields.contains("Version: 1.2.3\n"))
        #expect(fields.contains("Depends: libc6 ("), "\(fields)")
        let contents = try Program.run(dpkg, ["--contents", package.path()]).output
        for file in [
            "./usr/bin/ai-credits-agent", "./lib/systemd/system/ai-credits-agent.service",
            "./etc/ai-credits-agent/agent.yml", "./etc/ai-credits-agent/alerts.yml",
            "./usr/lib/sysusers.d/ai-credits-agent.conf",
            "./usr/share/ai-credits-agent/grafana/dashboards/ai-credits.json",
        ] {
            #expect(contents.contains(" \(file)\n"), "\(file)")
        }
        guard let lintian = Program.installed("lintian") else { return }
        let verdict = try Program.run(
            lintian, ["--allow-root", "--no-cfg", "--fail-on", "error", package.path()])
        #expect(verdict.status == 0, "\(verdict)")
    }

    @Test(
        "the Compose files are current, and Compose takes them",
        .enabled(if: has("bash"), "bash is not installed"))
    func compose() throws {
        let check = try Program.run(
            Program.installed("bash") ?? "", ["deploy/compose/make-files.sh", "--check"])
        #expect(check.status == 0, "\(check)")
        guard let compose = Program.installed("docker-compose") else { return }
        let base = ["agent", "prometheus", "alertmanager", "grafana", "simulator"]
        for (files, services) in [
            (["docker-compose.yml"], base),
            (["docker-compose.yml", "postgres.yml"], base + ["postgres"]),
        ] {
            let arguments = files.flatMap { ["--file", "deploy/compose/\($0)"] }
            let outcome = try Program.run(compose, arguments + ["config"])
            #expect(outcome.status == 0, "\(outcome)")
            for service in services {
                #expect(outcome.output.contains("\(service):"), "\(service)")
            }
            // Every file that a service mounts is there.
            for match in outcome.output.matches(of: /- (\/[^:\n]+):\/[^:\n]+:ro/) {
                #expect(FileManager.default.fileExists(atPath: String(match.1)), "\(match.1)")
            }
        }
    }

    @Test(
        "Alertmanager and Prometheus take their files",
        .enabled(if: has("promtool"), "promtool is not installed"))
    func prometheus() throws {
        for file in ["deploy/prometheus/prometheus.yml", "deploy/compose/prometheus.yml"] {
            let outcome = try Program.run(
                Program.installed("promtool") ?? "", ["check", "config", "--syntax-only", file])
            #expect(outcome.status == 0, "\(outcome)")
        }
        guard let amtool = Program.installed("amtool") else { return }
        let outcome = try Program.run(
            amtool, ["check-config", "deploy/alertmanager/alertmanager.yml"])
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test(
        "every YAML file below deploy is YAML",
        .enabled(if: Program.hasModule("yaml"), "python3-yaml is not installed"))
    func yaml() throws {
        let files = Repository.files(below: "deploy").filter {
            ($0.hasSuffix(".yml") || $0.hasSuffix(".yaml")) && !$0.contains("/templates/")
        }
        #expect(files.count > 15)
        let outcome = try Program.run(
            Program.python ?? "",
            [
                "-c",
                "import sys, yaml\nfor path in sys.argv[1:]: list(yaml.safe_load_all(open(path)))",
            ] + files)
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test("the gateways ask the same question and say which rule fails how")
    func gateways() throws {
        for file in ["nginx.conf", "haproxy.cfg", "Caddyfile", "envoy.yaml", "traefik.yml"] {
            let text = try Repository.text("deploy/gateways/\(file)")
            #expect(text.contains("fails closed"), "\(file)")
            #expect(text.contains("fails open") || file == "traefik.yml", "\(file)")
            #expect(text.contains("image-studio"), "\(file)")
        }
        // Envoy is not at hand to be asked: what keeps a path from going round its routes.
        let envoy = try Repository.text("deploy/gateways/envoy.yaml")
        for setting in [
            "normalize_path: true", "merge_slashes: true",
            "path_with_escaped_slashes_action: REJECT_REQUEST",
        ] {
            #expect(envoy.contains("                \(setting)\n"))
        }
        #expect(envoy.components(separatedBy: "remove(\"authorization\")").count == 3)
    }

    @Test("the Dockerfile copies what is there, runs as nobody, and asks for health itself")
    func image() throws {
        let text = try Repository.text("deploy/image/Dockerfile")
        let lines = text.components(separatedBy: "\n")
        let copies = lines.filter { $0.hasPrefix("COPY ") && !$0.contains("--from=") }
        #expect(copies.count >= 5)
        let allowed = try Repository.text("deploy/image/Dockerfile.dockerignore")
            .components(separatedBy: "\n").filter { $0.hasPrefix("!") }
            .map { String($0.dropFirst()) }
        for source in copies.flatMap({ $0.split(separator: " ").dropFirst().dropLast() }) {
            #expect(
                FileManager.default.fileExists(atPath: Repository.path(String(source))),
                "\(source)")
            #expect(
                allowed.contains { source == $0 || source.hasPrefix($0 + "/") },
                "\(source) is ignored")
        }
        #expect(text.contains("\nUSER 65532:65532\n"))
        #expect(text.contains("\"healthcheck\", \"--url\""))
    }

    @Test(
        "scripts are well-formed",
        .enabled(if: has("bash"), "bash is not installed"))
    func scripts() throws {
        let scripts = Repository.files(below: "deploy").filter {
            $0.hasSuffix(".sh") || $0.hasSuffix(".bash")
        }
        #expect(scripts.count >= 8)
        for script in scripts {
            let outcome = try Program.run(Program.installed("bash") ?? "", ["-n", script])
            #expect(outcome.status == 0, "\(outcome)")
        }
    }
}
