// The context of a request to the simulator.

import Hummingbird
import Logging

/// Hummingbird's context, which tests can make without a connection.
package struct SimulatorContext: RequestContext {
    /// What Hummingbird keeps of a request.
    package var coreContext: CoreRequestContextStorage

    private struct LoggerSource: RequestContextSource {
        let logger: Logger
    }

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }

    /// A context of a request that did not come over a connection.
    package init(logger: Logger) {
        coreContext = CoreRequestContextStorage(source: LoggerSource(logger: logger))
    }
}
