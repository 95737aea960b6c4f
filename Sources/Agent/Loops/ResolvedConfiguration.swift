// A configuration with its secrets read: what the loops run on.

import AgentConfiguration
import Alerting
import PositionedYAML
import Ports
import UsageSources

/// A configuration and its secrets.
package struct ResolvedConfiguration: Sendable {
    /// The configuration.
    package let configuration: AgentConfiguration
    /// Where notifications go.
    package let endpoints: EndpointDirectory
    /// Where alerts go beside the receivers.
    package let alertmanagers: [AlertmanagerEndpoint]
    private let authentications: [String: ResolvedAuthentication]

    /// Reads every secret of a configuration.
    ///
    /// - Throws: `Mistakes` that name each secret's place.
    package init(
        _ configuration: AgentConfiguration, files: any FileAccess
    ) throws(Mistakes) {
        let resolver = SecretResolver(files: files, directory: configuration.directory)
        let mistakes = MistakeCollector()
        var authentications: [String: ResolvedAuthentication] = [:]
        for source in configuration.sources {
            let definition = source.request.authentication
            do throws(FileAccessError) {
                let authentication = try definition.resolved(resolver.resolve)
                authentications[source.id] = authentication
                if case .jwtBearer(let client) = authentication,
                    let mistake = RSAAssertionSigner().mistake(in: client.key)
                {
                    throw FileAccessError(mistake)
                }
            } catch {
                let position = source.secretReferences.first?.position ?? source.position
                mistakes.add("source `\(source.id)`: \(error)", at: position)
            }
        }
        var endpoints: [NotificationEndpoint] = []
        for definition in configuration.notifications.endpoints {
            do throws(FileAccessError) {
                endpoints.append(try NotificationEndpoint(definition, resolver))
            } catch {
                mistakes.add(
                    "receiver `\(definition.receiver)`: \(error)", at: definition.position)
            }
        }
        var alertmanagers: [AlertmanagerEndpoint] = []
        for definition in configuration.notifications.alertmanagers {
            do throws(FileAccessError) {
                alertmanagers.append(try AlertmanagerEndpoint(definition, resolver))
            } catch {
                mistakes.add("\(definition.name): \(error)", at: definition.position)
            }
        }
        try mistakes.throwErrors()
        self.configuration = configuration
        self.endpoints = EndpointDirectory(endpoints)
        self.alertmanagers = alertmanagers
        self.authentications = authentications
    }

    /// How a source authenticates.
    package func authentication(of source: String) -> ResolvedAuthentication {
        authentications[source] ?? .none
    }

    /// The loops of all sources.
    func pollLoops(core: AgentCore) -> [PollLoop] {
        let answers = AnswerCache()
        return configuration.sources.map { source in
            PollLoop(
                definition: source, authentication: authentication(of: source.id), core: core,
                directory: configuration.directory, answers: answers)
        }
    }
}
