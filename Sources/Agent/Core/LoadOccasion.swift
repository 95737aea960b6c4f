// Why state is read from the store.

/// What a configuration is loaded for.
enum LoadOccasion: Sendable {
    /// The agent starts.
    case start
    /// Another configuration comes into force.
    case reload
    /// Memory may lack what the store has.
    case recovery

    /// What a block or resume is put down to that nothing else explains.
    var cause: String {
        switch self {
        case .start: "start"
        case .reload: "configuration reloaded"
        case .recovery: "ledger read again"
        }
    }
}
