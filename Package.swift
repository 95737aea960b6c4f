// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours: Swift 6 mode, warnings are errors.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// A room of the house: `Sources/<name>`.
func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The tests of a room: `Tests/<name>Tests`.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name + "Tests", dependencies: dependencies, swiftSettings: settings)
}

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let unixSignals = Target.Dependency.product(
    name: "UnixSignals", package: "swift-service-lifecycle")

/// The revision of the source, told by the Makefile and by packagers: what SwiftPM knows of git it
/// keeps while the manifest is the same, so that it may be that of an older commit.
let revision = Context.environment["BUILD_REVISION"] ?? "unknown"

let package = Package(
    name: "ai-credits-agent",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "ai-credits-agent", targets: ["ai-credits-agent"]),
        .executable(name: "conformance", targets: ["conformance"]),
        .executable(name: "usage-simulator", targets: ["usage-simulator"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1",
            traits: []),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CCrypt"),
        .systemLibrary(name: "CLibcurl"),
        .systemLibrary(name: "CLibpq"),
        .systemLibrary(name: "CLibyaml"),
        .systemLibrary(name: "CMalloc"),
        .systemLibrary(name: "CZlib"),
        .target(
            name: "CBuildStamp", cSettings: [.define("BUILD_REVISION", to: "\"\(revision)\"")]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),

        // Pure rooms.
        room("LinearRegex", ["CRE2"]),
        room("Credits"),
        room("Exposition"),
        room("PositionedYAML", ["CLibyaml"]),
        room("ExactJSON", ["LinearRegex"]),
        room("UsageSources", ["Credits", "ExactJSON", "Exposition", "PositionedYAML"]),
        room("Ledger", ["Credits", crypto]),
        room("PromQL", ["LinearRegex"]),
        room(
            "Alerting",
            ["Credits", "PromQL", "PositionedYAML", "ExactJSON", "LinearRegex", crypto]),
        room("RuleTools", ["Alerting", "Credits", "PositionedYAML", "PromQL"]),
        room("QueryAPI", ["Alerting", "Credits", "Exposition", "PromQL"]),

        .target(
            name: "SourcePresets", dependencies: ["PositionedYAML", "UsageSources"],
            resources: [.embedInCode("Presets")], swiftSettings: settings),

        // Seams, configuration and the agent itself.
        room("Ports", ["Alerting", "CMalloc", "Credits", "Ledger"]),
        room(
            "AgentConfiguration",
            [
                "Alerting", "Credits", "PositionedYAML", "PromQL", "SourcePresets", "UsageSources",
            ]),
        room(
            "Agent",
            [
                "AgentConfiguration", "Alerting", "Credits", "ExactJSON", "Exposition", "Ledger",
                "Ports", "PositionedYAML", "PromQL", "UsageSources", crypto, cryptoExtras,
                logging,
            ]),

        // Edges.
        room("CurlTransport", ["CLibcurl", "Ports"]),
        room(
            "SQLStore",
            [
                "Alerting", "CLibpq", "Credits", "ExactJSON", "Ledger", "Ports", "PromQL", grdb,
                grdbSQLite,
            ]),
        room(
            "WebServer",
            [
                "Agent", "AgentConfiguration", "Alerting", "CCrypt", "CZlib", "Credits",
                "ExactJSON", "Exposition", "Ledger", "Ports", "PositionedYAML", "PromQL",
                "QueryAPI", crypto, hummingbird, hummingbirdCore, logging, nioSSL,
            ]),
        room(
            "AgentCommands",
            [
                "AgentConfiguration", "Alerting", "Credits", "ExactJSON", "Ledger", "Ports",
                "PositionedYAML", "PromQL", argumentParser, crypto, logging,
            ]),
        room("UsageSimulation", [hummingbird, hummingbirdCore, logging]),
        room("ConformanceSuites", ["Alerting", "ExactJSON", "Exposition", "PromQL"]),

        program(
            "ai-credits-agent",
            [
                "Agent", "AgentCommands", "AgentConfiguration", "Alerting", "CBuildStamp",
                "Credits", "CurlTransport", "ExactJSON", "Ledger", "Ports", "PositionedYAML",
                "PromQL", "RuleTools", "SQLStore", "SourcePresets", "UsageSources", "WebServer",
                argumentParser, crypto, grdb, logging, unixSignals,
            ]),
        program("usage-simulator", ["UsageSimulation", argumentParser, hummingbird, logging]),
        program("conformance", ["ConformanceSuites", argumentParser]),
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "Agent", "AgentConfiguration", "Alerting", "Credits", "CurlTransport", "Ledger",
                "Ports", "PromQL", "SQLStore", "UsageSources", argumentParser, logging,
            ],
            exclude: ["Peers"], swiftSettings: settings),

        // Tests, and the simulated twins of the seams.
        .target(
            name: "SimulatedPorts",
            dependencies: ["Alerting", "Credits", "Ledger", "Ports", "PromQL"],
            path: "Tests/SimulatedPorts", swiftSettings: settings),
        .target(
            name: "PostgresCluster", path: "Tests/PostgresCluster", exclude: ["cutting-proxy.py"],
            swiftSettings: settings),
        tests("Alerting", ["Alerting", "ExactJSON", "PositionedYAML", "PromQL"]),
        tests(
            "Agent",
            [
                "Agent", "AgentConfiguration", "Alerting", "Credits", "ExactJSON", "Exposition",
                "Ledger", "Ports", "PositionedYAML", "PostgresCluster", "PromQL", "SQLStore",
                "SimulatedPorts", "UsageSources", logging,
            ]),
        tests(
            "AgentCommands",
            [
                "Agent", "AgentCommands", "AgentConfiguration", "Credits", "ExactJSON",
                "Exposition", "Ledger", "Ports", "PositionedYAML", "PromQL", "SimulatedPorts",
                argumentParser, crypto, logging,
            ]),
        tests(
            "AgentConfiguration",
            [
                "AgentConfiguration", "Alerting", "Credits", "PositionedYAML", "PromQL",
                "UsageSources",
            ]),
        tests("ConformanceSuites", ["ConformanceSuites"]),
        tests("Credits", ["Credits"]),
        tests("CurlTransport", ["CurlTransport", "CZlib", "Ports"]),
        tests("Deploy", ["Agent"]),
        tests("EndToEnd", ["ExactJSON", "PostgresCluster", crypto]),
        tests("ExactJSON", ["ExactJSON"]),
        tests("Exposition", ["Exposition"]),
        tests("Ledger", ["Credits", "Ledger"]),
        tests("LinearRegex", ["LinearRegex"]),
        tests("PositionedYAML", ["PositionedYAML"]),
        tests("PromQL", ["PromQL"]),
        tests("QueryAPI", ["Alerting", "Exposition", "PromQL", "QueryAPI"]),
        tests("RuleTools", ["Alerting", "PositionedYAML", "PromQL", "RuleTools"]),
        tests(
            "SourcePresets",
            [
                "Agent", "AgentConfiguration", "Credits", "Exposition", "Ledger", "Ports",
                "PositionedYAML", "SimulatedPorts", "SourcePresets", "UsageSources", logging,
            ]),
        tests(
            "SQLStore",
            [
                "Alerting", "Credits", "Ledger", "Ports", "PostgresCluster", "PromQL", "SQLStore",
                "SimulatedPorts",
            ]),
        tests(
            "Simulation",
            [
                "Agent", "AgentConfiguration", "Credits", "ExactJSON", "Exposition", "Ledger",
                "Ports", "PositionedYAML", "PromQL", "SimulatedPorts", "UsageSources", logging,
            ]),
        tests("Style", []),
        tests(
            "UsageSimulation",
            [
                "Agent", "AgentCommands", "AgentConfiguration", "Credits", "CurlTransport",
                "Exposition", "Ledger", "Ports", "PositionedYAML", "SimulatedPorts",
                "UsageSimulation", "UsageSources", hummingbird, logging,
            ]),
        tests("UsageSources", ["Credits", "ExactJSON", "PositionedYAML", "UsageSources"]),
        tests(
            "WebServer",
            [
                "Agent", "AgentConfiguration", "Alerting", "CZlib", "Credits", "ExactJSON",
                "Exposition", "Ledger", "Ports", "PositionedYAML", "QueryAPI", "SimulatedPorts",
                "UsageSources", "WebServer", crypto, logging,
            ]),
    ],
    cxxLanguageStandard: .cxx17
)
