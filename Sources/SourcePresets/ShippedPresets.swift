// The files of `Presets`, in the order in which they are listed.

/// The presets that come with the program.
enum ShippedPresets {
    /// Vendors first, as a user would look for them; the wider ones last.
    static let files: [PresetLibrary.File] = [
        file("openai-costs", PackageResources.openai_costs_yml),
        file("openai-usage", PackageResources.openai_usage_yml),
        file("anthropic-costs", PackageResources.anthropic_costs_yml),
        file("anthropic-usage", PackageResources.anthropic_usage_yml),
        file("anthropic-claude-code", PackageResources.anthropic_claude_code_yml),
        file("openrouter", PackageResources.openrouter_yml),
        file("openrouter-today", PackageResources.openrouter_today_yml),
        file("openrouter-balance", PackageResources.openrouter_balance_yml),
        file("github-ai-credits", PackageResources.github_ai_credits_yml),
        file("cursor", PackageResources.cursor_yml),
        file("elevenlabs", PackageResources.elevenlabs_yml),
        file("elevenlabs-subscription", PackageResources.elevenlabs_subscription_yml),
        file("litellm", PackageResources.litellm_yml),
        file("langfuse", PackageResources.langfuse_yml),
        file("contentstack", PackageResources.contentstack_yml),
        file("prometheus", PackageResources.prometheus_yml),
        file("generic-json", PackageResources.generic_json_yml),
        file("generic-csv", PackageResources.generic_csv_yml),
        file("azure-costs", PackageResources.azure_costs_yml),
        file("portkey", PackageResources.portkey_yml),
        file("openmeter", PackageResources.openmeter_yml),
        file("helicone", PackageResources.helicone_yml),
        file("deepseek", PackageResources.deepseek_yml),
    ]

    private static func file(_ name: String, _ bytes: [UInt8]) -> PresetLibrary.File {
        PresetLibrary.File(name: name, bytes: bytes)
    }
}
