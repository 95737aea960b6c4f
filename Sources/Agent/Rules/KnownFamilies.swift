// The names of the series that the agent itself has: what its rules can speak of.
//
// Source: contract section 3, as far as this version fills it.

/// The agent's own series by name.
package enum KnownFamilies {
    /// Families with one series name each.
    static let plain = [
        "ai_credits_agent_build_info", "ai_credits_alertmanager_alerts_dropped_total",
        "ai_credits_alertmanager_alerts_errors_total", "ai_credits_alertmanager_alerts_sent_total",
        "ai_credits_alertmanager_queue_length", "ai_credits_alerts",
        "ai_credits_base_allocation_credits",
        "ai_credits_clock_steps_total", "ai_credits_clock_unconfirmed_step_seconds",
        "ai_credits_config_last_reload_success_timestamp_seconds",
        "ai_credits_config_last_reload_successful", "ai_credits_corrected_total",
        "ai_credits_daily_corrected_total", "ai_credits_daily_used_credits",
        "ai_credits_daily_used_total", "ai_credits_days_until_reset",
        "ai_credits_gate_decisions_total", "ai_credits_held_credits",
        "ai_credits_hold_releases_waiting", "ai_credits_holds_longest_span_seconds",
        "ai_credits_holds_total", "ai_credits_http_connections",
        "ai_credits_http_connections_cut_total", "ai_credits_http_requests_total",
        "ai_credits_ledger_entries_total", "ai_credits_ledger_epoch",
        "ai_credits_ledger_lease_held", "ai_credits_ledger_write_failures_total",
        "ai_credits_limit_blocked", "ai_credits_limit_blocks_total",
        "ai_credits_limit_changes_total", "ai_credits_limit_credits", "ai_credits_limit_mode",
        "ai_credits_limit_resumes_total", "ai_credits_notification_bodies_impaired_total",
        "ai_credits_notifications_failed_total", "ai_credits_notifications_suppressed_total",
        "ai_credits_notifications_total", "ai_credits_organization_info",
        "ai_credits_outbox_failed", "ai_credits_outbox_oldest_age_seconds",
        "ai_credits_outbox_pending",
        "ai_credits_overage_allowance_credits", "ai_credits_overage_cost",
        "ai_credits_overage_credits", "ai_credits_period_reset_timestamp_seconds",
        "ai_credits_period_start_timestamp_seconds", "ai_credits_product_enabled",
        "ai_credits_product_cap_credits", "ai_credits_product_info",
        "ai_credits_product_used_credits",
        "ai_credits_receiver_disabled", "ai_credits_refused_samples_total",
        "ai_credits_remaining_credits",
        "ai_credits_rule_evaluation_failures_total", "ai_credits_rule_evaluations_total",
        "ai_credits_rule_group_last_duration_seconds",
        "ai_credits_rule_group_unmatched_selectors", "ai_credits_run_out_timestamp_seconds",
        "ai_credits_silences",
        "ai_credits_source_budget_remaining_requests", "ai_credits_source_circuit_open",
        "ai_credits_source_dropped_pages_total",
        "ai_credits_source_last_success_timestamp_seconds",
        "ai_credits_source_not_modified_total",
        "ai_credits_source_passed_over_rows_total", "ai_credits_source_poll_duration_seconds",
        "ai_credits_source_poll_failures_total", "ai_credits_source_polls_put_off_total",
        "ai_credits_source_polls_total", "ai_credits_source_received_bytes_total",
        "ai_credits_source_request_wait_seconds_total", "ai_credits_source_requests_total",
        "ai_credits_source_up", "ai_credits_source_vendor_remaining_requests",
        "ai_credits_unreported_credits",
        "ai_credits_usage_percent", "ai_credits_usage_ratio",
        "ai_credits_usage_stale", "ai_credits_used_credits", "ai_credits_used_total",
        "process_cpu_seconds_total", "process_max_fds", "process_open_fds",
        "process_resident_memory_bytes", "process_start_time_seconds", "process_threads",
        "process_virtual_memory_bytes",
    ]

    /// What the polls of sources brought.
    static let sourceYields = [
        "ai_credits_source_clock_skew_seconds", "ai_credits_source_drift_credits",
        "ai_credits_source_filtered_rows_total", "ai_credits_source_gaps",
        "ai_credits_source_ignored_rows_total", "ai_credits_source_last_poll_rows",
        "ai_credits_source_late_entries_total", "ai_credits_source_notes_total",
        "ai_credits_source_restarts_total", "ai_credits_source_restatements_total",
        "ai_credits_source_rows_total", "ai_credits_source_superseded_readings",
    ]

    /// What the guard in front of the web counts; there only with `--web.config.file`.
    static let webGuard = [
        "ai_credits_web_certificate_expiry_timestamp_seconds",
        "ai_credits_web_config_last_reload_success_timestamp_seconds",
        "ai_credits_web_config_last_reload_successful", "ai_credits_web_handshakes_refused_total",
        "ai_credits_web_logins_refused_total", "ai_credits_web_password_cache_entries",
        "ai_credits_web_password_cache_evictions_total",
        "ai_credits_web_password_checks_refused_total", "ai_credits_web_password_checks_total",
        "ai_credits_web_requests_throttled_total",
    ]

    /// Histograms: three series names each.
    static let histograms = [
        "ai_credits_alertmanager_latency_seconds",
        "ai_credits_ledger_commit_duration_seconds", "ai_credits_limit_response_seconds",
        "ai_credits_notification_delay_seconds", "ai_credits_notification_latency_seconds",
    ]

    /// What scraping and the rules themselves add.
    static let added = ["up", "ALERTS", "ALERTS_FOR_STATE"]

    /// Names of families, histograms by their base name.
    package static let families = (plain + sourceYields + webGuard + histograms).sorted()

    /// Every name that a series of the agent can have.
    package static let seriesNames =
        (plain + sourceYields + webGuard
        + histograms.flatMap { ["\($0)_bucket", "\($0)_count", "\($0)_sum"] } + added)
        .sorted()
}
