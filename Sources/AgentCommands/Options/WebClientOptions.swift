// Options of a client of the web, named as Prometheus names them in its own configuration.

import AgentConfiguration
import ArgumentParser
import PositionedYAML
import Ports

/// How to reach a web behind TLS and passwords.
package struct WebClientOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Authorities that sign the web's certificate.", valueName: "path"))
    package var caFile: String?

    @Option(help: ArgumentHelp("A client's certificate.", valueName: "path"))
    package var certFile: String?

    @Option(help: ArgumentHelp("The key of the client's certificate.", valueName: "path"))
    package var keyFile: String?

    @Flag(help: "Take any certificate of the web.")
    package var insecureSkipVerify = false

    @Option(help: ArgumentHelp("Name of a user.", valueName: "name"))
    package var username: String?

    @Option(help: ArgumentHelp("A file with the user's password.", valueName: "path"))
    package var passwordFile: String?

    /// Parsed from the command line.
    package init() {}

    package func validate() throws {
        if (certFile == nil) != (keyFile == nil) {
            throw ValidationError("--cert-file and --key-file go together")
        }
        if (username == nil) != (passwordFile == nil) {
            throw ValidationError("--username and --password-file go together")
        }
    }

    /// Certificates of the connection.
    package var connection: ConnectionOptions {
        ConnectionOptions(
            certificateAuthorityFile: caFile, clientCertificateFile: certFile,
            clientKeyFile: keyFile, skipsCertificateVerification: insecureSkipVerify)
    }

    /// Name and password; nil when none were named.
    ///
    /// - Throws: `FileAccessError` when the password cannot be read.
    package func credentials(
        _ files: any FileAccess
    ) throws(FileAccessError) -> BasicCredentials? {
        guard let username, let passwordFile else { return nil }
        let secret = try SecretResolver(files: files, directory: "").resolve(.file(passwordFile))
        return BasicCredentials(user: username, password: secret.exposed)
    }
}
