// Reads agent.yml and the files it names, gathering every mistake.

import Alerting
import Credits
import PositionedYAML
import PromQL
import SourcePresets
import UsageSources

/// What reading a configuration gives.
package struct ConfigurationReading {
    /// The configuration; nil when there is an error.
    package let configuration: AgentConfiguration?
    /// Errors and warnings, sorted by position.
    package let mistakes: [Mistake]

    /// Whether there is an error.
    package var hasErrors: Bool { mistakes.contains { $0.severity == .error } }
}

/// Reads configurations.
package struct ConfigurationReader {
    private let files: any FileAccess

    /// A reader of files.
    package init(files: any FileAccess) {
        self.files = files
    }

    /// Reads a configuration and the rule files it names.
    ///
    /// - Parameters:
    ///   - path: path of agent.yml, as given.
    ///   - checksSecrets: whether a secret that cannot be read is a mistake.
    package func read(_ path: String, checksSecrets: Bool) -> ConfigurationReading {
        let mistakes = MistakeCollector()
        let configuration = decode(path, mistakes, checksSecrets: checksSecrets)
        return ConfigurationReading(
            configuration: mistakes.hasErrors ? nil : configuration, mistakes: mistakes.list)
    }

    private func decode(
        _ path: String, _ mistakes: MistakeCollector, checksSecrets: Bool
    ) -> AgentConfiguration? {
        let start = SourcePosition(file: path, line: 1, column: 1)
        let bytes: [UInt8]
        do {
            bytes = try files.bytes(of: path)
        } catch {
            mistakes.add("cannot be read: \(error); name the file with --config.file", at: start)
            return nil
        }
        do throws(Mistakes) {
            guard let node = try YAMLReader.read(bytes, file: path) else {
                mistakes.add("the file is empty; it needs at least `organizations`", at: start)
                return nil
            }
            guard var mapping = MappingDecoder(node, field: "", into: mistakes) else { return nil }
            return decode(path, &mapping, mistakes, checksSecrets: checksSecrets)
        } catch {
            mistakes.add(error)
            return nil
        }
    }

    private func decode(
        _ path: String, _ mapping: inout MappingDecoder, _ mistakes: MistakeCollector,
        checksSecrets: Bool
    ) -> AgentConfiguration? {
        let directory = FilePathText.directory(of: path)
        let ledger = LedgerLocation.decode(
            mapping.mapping("ledger"), directory: directory,
            stateDirectory: files.environment("STATE_DIRECTORY"),
            secrets: checksSecrets ? SecretResolver(files: files, directory: directory) : nil)
        let organizations = organizations(in: &mapping)
        let sources = sources(in: &mapping, organizations: organizations, mistakes)
        let interval = mapping.duration(
            "evaluation_interval", in: 1000...86_400_000,
            standard: AgentConfiguration.defaultEvaluationInterval)
        let retention = mapping.duration(
            "query_retention", in: 60_000...(400 * 86_400_000),
            standard: AgentConfiguration.defaultQueryRetention)
        let scrape = ConfigurationScalars.labels("scrape_labels", in: &mapping)
        let external = ConfigurationScalars.labels("external_labels", in: &mapping)
        let finder = RuleFileFinder(files: files, directory: directory)
        let rules = finder.ruleFiles(in: &mapping, mistakes)
        let notifications = NotificationConfiguration.decode(from: &mapping, into: mistakes) {
            finder.templates($0, mistakes)
        }
        let tokens = ConfigurationScalars.tokens(in: &mapping)
        let anonymous = ConfigurationScalars.anonymousAccess(in: &mapping)
        let socket = controlSocket(in: &mapping, ledger: ledger, directory: directory)
        let group = mapping.string("control_socket_group")?.value
        mapping.finish()
        if checksSecrets {
            let references =
                sources.flatMap(\.secretReferences) + (notifications?.secretReferences ?? [])
            checkSecrets(references, directory: directory, mistakes)
        }
        guard let ledger, let notifications else { return nil }
        return AgentConfiguration(
            file: path, ledger: ledger, organizations: organizations, sources: sources,
            ruleFiles: rules, evaluationIntervalMilliseconds: interval,
            scrapeLabels: scrape ?? ConfigurationScalars.standardScrapeLabels,
            externalLabels: external ?? [], queryRetentionMilliseconds: retention,
            notifications: notifications, apiTokens: tokens, anonymousAccess: anonymous,
            controlSocket: socket, controlSocketGroup: group)
    }

    private func organizations(
        in mapping: inout MappingDecoder
    ) -> [OrganizationConfiguration] {
        guard let entries = mapping.requiredMappings("organizations") else { return [] }
        if entries.isEmpty { mapping.mistake("organizations", "at least one is needed") }
        var places: [String: SourcePosition] = [:]
        return entries.compactMap { entry in
            guard let organization = OrganizationConfiguration.decode(entry) else { return nil }
            if let first = places[organization.id] {
                entry.mistake(
                    "id", "organization `\(organization.id)` is defined twice, first at \(first)")
            }
            places[organization.id] = organization.position
            return organization
        }
    }

    private func sources(
        in mapping: inout MappingDecoder, organizations: [OrganizationConfiguration],
        _ mistakes: MistakeCollector
    ) -> [SourceDefinition] {
        let known = organizations.map(\.id)
        var places: [String: SourcePosition] = [:]
        return (mapping.sequence("sources") ?? []).enumerated().compactMap { index, node in
            let field = "\(mapping.field(of: "sources"))[\(index)]"
            guard
                let source = PresetLibrary.shipped.expanded(node, field: field, into: mistakes),
                var entry = MappingDecoder(source, field: field, into: mistakes)
            else { return nil }
            checkOrganization(of: &entry, among: known)
            guard let source = SourceDefinition.decode(from: &entry, into: mistakes) else {
                return nil
            }
            if let first = places[source.id] {
                mistakes.add(
                    "source `\(source.id)` is defined twice, first at \(first)",
                    at: source.idPosition)
            }
            places[source.id] = source.idPosition
            return source
        }
    }

    /// Asked before the source is decoded, so that other mistakes of it do not hide this one.
    private func checkOrganization(of source: inout MappingDecoder, among known: [String]) {
        guard let id = source.node("organization")?.text, !known.isEmpty else { return }
        guard !known.contains(Identifier.normalized(id)) else { return }
        var message = "there is no organization `\(id)`"
        if let near = NearestWord.nearest(to: id, among: known) {
            message += "; did you mean `\(near)`?"
        }
        source.mistake("organization", message)
    }

    /// `control.sock` in `$RUNTIME_DIRECTORY`, else beside the ledger.
    private func controlSocket(
        in mapping: inout MappingDecoder, ledger: LedgerLocation?, directory: String
    ) -> String {
        if let path = mapping.string("control_socket")?.value {
            return FilePathText.resolve(path, in: directory)
        }
        if let runtime = files.environment("RUNTIME_DIRECTORY"), !runtime.isEmpty {
            return FilePathText.resolve("control.sock", in: runtime)
        }
        guard case .sqlite(let path)? = ledger else {
            return FilePathText.resolve("control.sock", in: directory)
        }
        return FilePathText.resolve("control.sock", in: FilePathText.directory(of: path))
    }

    private func checkSecrets(
        _ references: [Positioned<SecretReference>], directory: String,
        _ mistakes: MistakeCollector
    ) {
        let resolver = SecretResolver(files: files, directory: directory)
        for reference in references {
            do throws(FileAccessError) {
                _ = try resolver.resolve(reference.value)
            } catch {
                mistakes.add(error.description, at: reference.position)
            }
        }
    }
}
