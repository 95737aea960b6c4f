// The families whose past the ledger knows.

/// What a history that was rebuilt from the ledger contains.
package enum LedgerFamilies {
    /// Names of series, as rules write them.
    package static let names: Set<String> = [
        "ai_credits_base_allocation_credits", "ai_credits_corrected_total",
        "ai_credits_daily_corrected_total", "ai_credits_daily_used_credits",
        "ai_credits_daily_used_total", "ai_credits_days_until_reset", "ai_credits_limit_blocked",
        "ai_credits_limit_blocks_total", "ai_credits_limit_changes_total",
        "ai_credits_limit_credits", "ai_credits_limit_mode", "ai_credits_limit_resumes_total",
        "ai_credits_organization_info", "ai_credits_overage_allowance_credits",
        "ai_credits_overage_cost", "ai_credits_overage_credits",
        "ai_credits_period_reset_timestamp_seconds", "ai_credits_period_start_timestamp_seconds",
        "ai_credits_product_enabled", "ai_credits_product_info",
        "ai_credits_product_used_credits", "ai_credits_remaining_credits",
        "ai_credits_run_out_timestamp_seconds", "ai_credits_usage_percent",
        "ai_credits_usage_ratio", "ai_credits_used_credits", "ai_credits_used_total",
    ]
}
