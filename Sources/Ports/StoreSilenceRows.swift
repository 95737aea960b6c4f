// The part of the store that keeps silences.

import Alerting
import Credits

/// The silences, expired ones as long as they are kept.
package protocol SilenceRows {
    /// Every stored silence, in the order of their identifiers.
    func silences() throws -> [Silence]

    /// Inserts or replaces a silence.
    func putSilence(_ silence: Silence) throws

    /// Removes the silences that ended before an instant.
    func dropSilences(endedBefore instant: Timestamp) throws
}
