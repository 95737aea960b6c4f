// Signs assertions with swift-crypto.
//
// Source: RFC 7518 section 3.3, RS256.

import Credits
import Crypto
import CryptoExtras
import PositionedYAML
import UsageSources

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// RS256.
package struct RSAAssertionSigner: AssertionSigning {
    /// A signer.
    package init() {}

    package func signature(
        of message: [UInt8], key: Secret
    ) throws(PollFailure) -> [UInt8] {
        do {
            let key = try _RSA.Signing.PrivateKey(pemRepresentation: key.exposed)
            let digest = SHA256.hash(data: message)
            return Array(
                try key.signature(for: digest, padding: .insecurePKCS1v1_5).rawRepresentation)
        } catch {
            throw PollFailure(.unauthorized, Self.mistake)
        }
    }

    /// What is wrong with a key; nil when it can sign.
    package func mistake(in key: Secret) -> String? {
        (try? _RSA.Signing.PrivateKey(pemRepresentation: key.exposed)) == nil ? Self.mistake : nil
    }

    // The library's own words may quote the text.
    private static let mistake =
        "the key of `auth.jwt_bearer` is no RSA private key of 2048 bits or more in PEM form "
        + "(BEGIN PRIVATE KEY or BEGIN RSA PRIVATE KEY, not encrypted)"
}
