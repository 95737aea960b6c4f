// The exact expositions of the agent in ExpositionTests, computed by hand from the contract.

enum GoldenExposition {
    /// Text 0.0.4.
    static let text = #"""
        # TYPE ai_credits_agent_build_info gauge
        # HELP ai_credits_agent_build_info Versions of the agent and of the libraries it runs on.
        ai_credits_agent_build_info{version="1.2.3",revision="abc",swiftversion="6.3",libcurl="7.88.1",store="memory"} 1
        # TYPE ai_credits_base_allocation_credits gauge
        # HELP ai_credits_base_allocation_credits Base allocation of credits a month.
        ai_credits_base_allocation_credits{organization="acme"} 1000
        # TYPE ai_credits_clock_steps_total counter
        # HELP ai_credits_clock_steps_total Jumps of the wall clock against the monotonic one, of a second or more.
        ai_credits_clock_steps_total 0
        # TYPE ai_credits_clock_unconfirmed_step_seconds gauge
        # HELP ai_credits_clock_unconfirmed_step_seconds A large step of the wall clock that is not believed yet; meanwhile no month ends.
        ai_credits_clock_unconfirmed_step_seconds 0
        # TYPE ai_credits_config_last_reload_success_timestamp_seconds gauge
        # HELP ai_credits_config_last_reload_success_timestamp_seconds When the configuration in force was loaded.
        ai_credits_config_last_reload_success_timestamp_seconds 1793575800
        # TYPE ai_credits_config_last_reload_successful gauge
        # HELP ai_credits_config_last_reload_successful Whether the last load of the configuration succeeded.
        ai_credits_config_last_reload_successful 1
        # TYPE ai_credits_corrected_total counter
        # HELP ai_credits_corrected_total Credits taken back by corrections since the ledger began.
        ai_credits_corrected_total{organization="acme",product="chat"} 4.75
        ai_credits_corrected_total{organization="acme",product="legacy"} 0
        # TYPE ai_credits_daily_corrected_total counter
        # HELP ai_credits_daily_corrected_total Credits of a day taken back by corrections; never falls.
        ai_credits_daily_corrected_total{organization="acme",product="chat",day="2026-11-01"} 4.75
        ai_credits_daily_corrected_total{organization="acme",product="chat",day="2026-11-02"} 0
        ai_credits_daily_corrected_total{organization="acme",product="legacy",day="2026-11-01"} 0
        ai_credits_daily_corrected_total{organization="acme",product="legacy",day="2026-11-02"} 0
        # TYPE ai_credits_daily_used_credits gauge
        # HELP ai_credits_daily_used_credits Credits used on a day, net of corrections: what dashboards draw.
        ai_credits_daily_used_credits{organization="acme",product="chat",day="2026-11-01"} 1095.75
        ai_credits_daily_used_credits{organization="acme",product="chat",day="2026-11-02"} 0
        ai_credits_daily_used_credits{organization="acme",product="legacy",day="2026-11-01"} 0
        ai_credits_daily_used_credits{organization="acme",product="legacy",day="2026-11-02"} 0
        # TYPE ai_credits_daily_used_total counter
        # HELP ai_credits_daily_used_total Credits used on a day, before corrections; never falls.
        ai_credits_daily_used_total{organization="acme",product="chat",day="2026-11-01"} 1100.5
        ai_credits_daily_used_total{organization="acme",product="chat",day="2026-11-02"} 0
        ai_credits_daily_used_total{organization="acme",product="legacy",day="2026-11-01"} 0
        ai_credits_daily_used_total{organization="acme",product="legacy",day="2026-11-02"} 0
        # TYPE ai_credits_days_until_reset gauge
        # HELP ai_credits_days_until_reset Whole calendar days in the organization's time zone until the pool resets.
        ai_credits_days_until_reset{organization="acme"} 29
        # TYPE ai_credits_held_credits gauge
        # HELP ai_credits_held_credits Credits that are reserved by open holds.
        ai_credits_held_credits{organization="acme"} 0
        # TYPE ai_credits_hold_releases_waiting gauge
        # HELP ai_credits_hold_releases_waiting Releases of settled holds whose use was reported that are not marked in the ledger yet.
        ai_credits_hold_releases_waiting 0
        # TYPE ai_credits_holds_longest_span_seconds gauge
        # HELP ai_credits_holds_longest_span_seconds By how long holds may count too long at most because many are kept as one sum: open ones after their end, settled ones after a report.
        ai_credits_holds_longest_span_seconds{organization="acme"} 0
        # TYPE ai_credits_http_connections gauge
        # HELP ai_credits_http_connections Open HTTP connections.
        ai_credits_http_connections 0
        # TYPE ai_credits_ledger_commit_duration_seconds histogram
        # HELP ai_credits_ledger_commit_duration_seconds Duration of a durable write to the ledger.
        ai_credits_ledger_commit_duration_seconds_bucket{le="0.0005"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="0.001"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="0.0025"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="0.005"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="0.01"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="0.025"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="0.05"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="0.1"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="0.5"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="1.0"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="5.0"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="+Inf"} 3
        ai_credits_ledger_commit_duration_seconds_sum 0
        ai_credits_ledger_commit_duration_seconds_count 3
        # TYPE ai_credits_ledger_entries_total counter
        # HELP ai_credits_ledger_entries_total Entries in the ledger.
        ai_credits_ledger_entries_total 2
        # TYPE ai_credits_ledger_write_failures_total counter
        # HELP ai_credits_ledger_write_failures_total Failed writes to the ledger.
        ai_credits_ledger_write_failures_total 0
        # TYPE ai_credits_limit_blocked gauge
        # HELP ai_credits_limit_blocked 1 while the limit blocks AI operations.
        ai_credits_limit_blocked{organization="acme"} 0
        # TYPE ai_credits_limit_blocks_total counter
        # HELP ai_credits_limit_blocks_total How often the limit began to block.
        ai_credits_limit_blocks_total{organization="acme"} 0
        # TYPE ai_credits_limit_changes_total counter
        # HELP ai_credits_limit_changes_total How often the limit policy was changed.
        ai_credits_limit_changes_total{organization="acme"} 0
        # TYPE ai_credits_limit_credits gauge
        # HELP ai_credits_limit_credits Base allocation plus allowance: where the limit blocks.
        ai_credits_limit_credits{organization="acme"} 1200
        # TYPE ai_credits_limit_mode gauge
        # HELP ai_credits_limit_mode The limit mode in force: hard blocks at the base allocation, soft allows an overage.
        ai_credits_limit_mode{organization="acme",ai_credits_limit_mode="hard"} 0
        ai_credits_limit_mode{organization="acme",ai_credits_limit_mode="soft"} 1
        # TYPE ai_credits_limit_resumes_total counter
        # HELP ai_credits_limit_resumes_total How often a block ended.
        ai_credits_limit_resumes_total{organization="acme"} 0
        # TYPE ai_credits_organization_info gauge
        # HELP ai_credits_organization_info Name and time zone of an organization.
        ai_credits_organization_info{organization="acme",name="Acme \"A\" Inc.",time_zone="Europe/Berlin"} 1
        # TYPE ai_credits_overage_allowance_credits gauge
        # HELP ai_credits_overage_allowance_credits Credits allowed beyond the base allocation; 0 under a hard limit.
        ai_credits_overage_allowance_credits{organization="acme"} 200
        # TYPE ai_credits_overage_cost gauge
        # HELP ai_credits_overage_cost Cost of this month's overage at the overage rate, in the currency of the label.
        ai_credits_overage_cost{organization="acme",currency="USD"} 1.484125
        # TYPE ai_credits_overage_credits gauge
        # HELP ai_credits_overage_credits Credits used this month beyond the base allocation.
        ai_credits_overage_credits{organization="acme"} 95.75
        # TYPE ai_credits_period_reset_timestamp_seconds gauge
        # HELP ai_credits_period_reset_timestamp_seconds When the pool resets: the next 1st in the organization's time zone.
        ai_credits_period_reset_timestamp_seconds{organization="acme"} 1796079600
        # TYPE ai_credits_period_start_timestamp_seconds gauge
        # HELP ai_credits_period_start_timestamp_seconds When the current month began in the organization's time zone.
        ai_credits_period_start_timestamp_seconds{organization="acme"} 1793487600
        # TYPE ai_credits_product_enabled gauge
        # HELP ai_credits_product_enabled 1 when a product's use counts and its requests are allowed, 0 when it is disabled.
        ai_credits_product_enabled{organization="acme",product="chat"} 1
        ai_credits_product_enabled{organization="acme",product="legacy"} 0
        # TYPE ai_credits_product_info gauge
        # HELP ai_credits_product_info Name of a product.
        ai_credits_product_info{organization="acme",product="chat",name="Chat"} 1
        ai_credits_product_info{organization="acme",product="legacy",name="legacy"} 1
        # TYPE ai_credits_product_used_credits gauge
        # HELP ai_credits_product_used_credits Credits a product used this month, net of corrections.
        ai_credits_product_used_credits{organization="acme",product="chat"} 1095.75
        ai_credits_product_used_credits{organization="acme",product="legacy"} 0
        # TYPE ai_credits_refused_samples_total counter
        # HELP ai_credits_refused_samples_total Samples that the store behind the rules refused: out of order, or over its bound.
        ai_credits_refused_samples_total 0
        # TYPE ai_credits_remaining_credits gauge
        # HELP ai_credits_remaining_credits Credits left before the limit blocks; never negative.
        ai_credits_remaining_credits{organization="acme"} 104.25
        # TYPE ai_credits_run_out_timestamp_seconds gauge
        # HELP ai_credits_run_out_timestamp_seconds When the limit is reached at this month's pace; absent when not before the reset.
        ai_credits_run_out_timestamp_seconds{organization="acme"} 1793584193.019
        # TYPE ai_credits_silences gauge
        # HELP ai_credits_silences Silences by state.
        ai_credits_silences{state="active"} 0
        ai_credits_silences{state="expired"} 0
        ai_credits_silences{state="pending"} 0
        # TYPE ai_credits_source_circuit_open gauge
        # HELP ai_credits_source_circuit_open 1 while a source is left alone because it refused the credentials.
        ai_credits_source_circuit_open{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_dropped_pages_total counter
        # HELP ai_credits_source_dropped_pages_total Kept pages dropped after a page of a source because the memory for them was full.
        ai_credits_source_dropped_pages_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_filtered_rows_total counter
        # HELP ai_credits_source_filtered_rows_total Rows that map.where passed over.
        ai_credits_source_filtered_rows_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_ignored_rows_total counter
        # HELP ai_credits_source_ignored_rows_total Rows of days outside the window that were passed over.
        ai_credits_source_ignored_rows_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_last_poll_rows gauge
        # HELP ai_credits_source_last_poll_rows Rows that the last complete poll took.
        ai_credits_source_last_poll_rows{organization="acme",source="usage"} 1
        # TYPE ai_credits_source_last_success_timestamp_seconds gauge
        # HELP ai_credits_source_last_success_timestamp_seconds When a source was last polled with success.
        ai_credits_source_last_success_timestamp_seconds{organization="acme",source="usage"} 1793575801.5
        # TYPE ai_credits_source_late_entries_total counter
        # HELP ai_credits_source_late_entries_total Entries that changed a covered day after its lock, or after its month.
        ai_credits_source_late_entries_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_not_modified_total counter
        # HELP ai_credits_source_not_modified_total Pages of a source that were the same as last time.
        ai_credits_source_not_modified_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_passed_over_rows_total counter
        # HELP ai_credits_source_passed_over_rows_total Rows of a source passed over because their product is disabled.
        ai_credits_source_passed_over_rows_total{organization="acme",source="usage"} 1
        # TYPE ai_credits_source_poll_duration_seconds gauge
        # HELP ai_credits_source_poll_duration_seconds How long the last poll of a source took.
        ai_credits_source_poll_duration_seconds{organization="acme",source="usage"} 0.25
        # TYPE ai_credits_source_poll_failures_total counter
        # HELP ai_credits_source_poll_failures_total Failed polls of a source, by reason.
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="bad_value"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="check_failed"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="connect"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="http_status"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="incomplete_pages"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="internal"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="not_json"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="outside_window"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="rows_missing"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="source_conflict"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="throttled"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="timeout"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="tls"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="too_large"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="too_many_products"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="unauthorized"} 0
        # TYPE ai_credits_source_polls_put_off_total counter
        # HELP ai_credits_source_polls_put_off_total Polls of a source put off because the day's budget was used up.
        ai_credits_source_polls_put_off_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_polls_total counter
        # HELP ai_credits_source_polls_total Polls of a source that ended.
        ai_credits_source_polls_total{organization="acme",source="usage"} 2
        # TYPE ai_credits_source_received_bytes_total counter
        # HELP ai_credits_source_received_bytes_total Bytes of the decoded answers of a source.
        ai_credits_source_received_bytes_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_request_wait_seconds_total counter
        # HELP ai_credits_source_request_wait_seconds_total Time that requests to a source waited for budgets and for their host.
        ai_credits_source_request_wait_seconds_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_requests_total counter
        # HELP ai_credits_source_requests_total Requests to a source by status; none when nothing answered.
        ai_credits_source_requests_total{organization="acme",source="usage",code="200"} 0
        # TYPE ai_credits_source_restarts_total counter
        # HELP ai_credits_source_restarts_total Polls that read their pages twice because the total changed in between.
        ai_credits_source_restarts_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_restatements_total counter
        # HELP ai_credits_source_restatements_total Entries that changed a day which a poll had covered after its end.
        ai_credits_source_restatements_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_rows_total counter
        # HELP ai_credits_source_rows_total Rows that complete polls took.
        ai_credits_source_rows_total{organization="acme",source="usage"} 3
        # TYPE ai_credits_source_superseded_readings gauge
        # HELP ai_credits_source_superseded_readings Readings of the last poll that do not count because a source of another authority does.
        ai_credits_source_superseded_readings{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_up gauge
        # HELP ai_credits_source_up 1 when the last poll of a source succeeded, 0 when it failed.
        ai_credits_source_up{organization="acme",source="usage"} 1
        # TYPE ai_credits_unreported_credits gauge
        # HELP ai_credits_unreported_credits Credits of settled holds whose use the sources have not reported yet.
        ai_credits_unreported_credits{organization="acme"} 0
        # TYPE ai_credits_usage_percent gauge
        # HELP ai_credits_usage_percent Credits used this month as a percentage of the base allocation; passes 100 when overage is allowed.
        ai_credits_usage_percent{organization="acme"} 109.575
        # TYPE ai_credits_usage_ratio gauge
        # HELP ai_credits_usage_ratio Credits used this month divided by the base allocation.
        ai_credits_usage_ratio{organization="acme"} 1.09575
        # TYPE ai_credits_usage_stale gauge
        # HELP ai_credits_usage_stale 1 while usage is unknown: a source had no successful poll for too long.
        ai_credits_usage_stale{organization="acme"} 0
        # TYPE ai_credits_used_credits gauge
        # HELP ai_credits_used_credits Credits used this month, net of corrections.
        ai_credits_used_credits{organization="acme"} 1095.75
        # TYPE ai_credits_used_total counter
        # HELP ai_credits_used_total Credits used since the ledger began, before corrections; net use is this minus ai_credits_corrected_total.
        ai_credits_used_total{organization="acme",product="chat"} 1100.5
        ai_credits_used_total{organization="acme",product="legacy"} 0

        """#

    /// OpenMetrics 1.0.
    static let openMetrics = #"""
        # TYPE ai_credits_agent_build info
        # HELP ai_credits_agent_build Versions of the agent and of the libraries it runs on.
        ai_credits_agent_build_info{version="1.2.3",revision="abc",swiftversion="6.3",libcurl="7.88.1",store="memory"} 1
        # TYPE ai_credits_base_allocation_credits gauge
        # UNIT ai_credits_base_allocation_credits credits
        # HELP ai_credits_base_allocation_credits Base allocation of credits a month.
        ai_credits_base_allocation_credits{organization="acme"} 1000
        # TYPE ai_credits_clock_steps counter
        # HELP ai_credits_clock_steps Jumps of the wall clock against the monotonic one, of a second or more.
        ai_credits_clock_steps_total 0
        # TYPE ai_credits_clock_unconfirmed_step_seconds gauge
        # UNIT ai_credits_clock_unconfirmed_step_seconds seconds
        # HELP ai_credits_clock_unconfirmed_step_seconds A large step of the wall clock that is not believed yet; meanwhile no month ends.
        ai_credits_clock_unconfirmed_step_seconds 0
        # TYPE ai_credits_config_last_reload_success_timestamp_seconds gauge
        # UNIT ai_credits_config_last_reload_success_timestamp_seconds seconds
        # HELP ai_credits_config_last_reload_success_timestamp_seconds When the configuration in force was loaded.
        ai_credits_config_last_reload_success_timestamp_seconds 1793575800
        # TYPE ai_credits_config_last_reload_successful gauge
        # HELP ai_credits_config_last_reload_successful Whether the last load of the configuration succeeded.
        ai_credits_config_last_reload_successful 1
        # TYPE ai_credits_corrected counter
        # HELP ai_credits_corrected Credits taken back by corrections since the ledger began.
        ai_credits_corrected_total{organization="acme",product="chat"} 4.75
        ai_credits_corrected_total{organization="acme",product="legacy"} 0
        # TYPE ai_credits_daily_corrected counter
        # HELP ai_credits_daily_corrected Credits of a day taken back by corrections; never falls.
        ai_credits_daily_corrected_total{organization="acme",product="chat",day="2026-11-01"} 4.75
        ai_credits_daily_corrected_total{organization="acme",product="chat",day="2026-11-02"} 0
        ai_credits_daily_corrected_total{organization="acme",product="legacy",day="2026-11-01"} 0
        ai_credits_daily_corrected_total{organization="acme",product="legacy",day="2026-11-02"} 0
        # TYPE ai_credits_daily_used_credits gauge
        # UNIT ai_credits_daily_used_credits credits
        # HELP ai_credits_daily_used_credits Credits used on a day, net of corrections: what dashboards draw.
        ai_credits_daily_used_credits{organization="acme",product="chat",day="2026-11-01"} 1095.75
        ai_credits_daily_used_credits{organization="acme",product="chat",day="2026-11-02"} 0
        ai_credits_daily_used_credits{organization="acme",product="legacy",day="2026-11-01"} 0
        ai_credits_daily_used_credits{organization="acme",product="legacy",day="2026-11-02"} 0
        # TYPE ai_credits_daily_used counter
        # HELP ai_credits_daily_used Credits used on a day, before corrections; never falls.
        ai_credits_daily_used_total{organization="acme",product="chat",day="2026-11-01"} 1100.5
        ai_credits_daily_used_total{organization="acme",product="chat",day="2026-11-02"} 0
        ai_credits_daily_used_total{organization="acme",product="legacy",day="2026-11-01"} 0
        ai_credits_daily_used_total{organization="acme",product="legacy",day="2026-11-02"} 0
        # TYPE ai_credits_days_until_reset gauge
        # HELP ai_credits_days_until_reset Whole calendar days in the organization's time zone until the pool resets.
        ai_credits_days_until_reset{organization="acme"} 29
        # TYPE ai_credits_held_credits gauge
        # UNIT ai_credits_held_credits credits
        # HELP ai_credits_held_credits Credits that are reserved by open holds.
        ai_credits_held_credits{organization="acme"} 0
        # TYPE ai_credits_hold_releases_waiting gauge
        # HELP ai_credits_hold_releases_waiting Releases of settled holds whose use was reported that are not marked in the ledger yet.
        ai_credits_hold_releases_waiting 0
        # TYPE ai_credits_holds_longest_span_seconds gauge
        # UNIT ai_credits_holds_longest_span_seconds seconds
        # HELP ai_credits_holds_longest_span_seconds By how long holds may count too long at most because many are kept as one sum: open ones after their end, settled ones after a report.
        ai_credits_holds_longest_span_seconds{organization="acme"} 0
        # TYPE ai_credits_http_connections gauge
        # HELP ai_credits_http_connections Open HTTP connections.
        ai_credits_http_connections 0
        # TYPE ai_credits_ledger_commit_duration_seconds histogram
        # UNIT ai_credits_ledger_commit_duration_seconds seconds
        # HELP ai_credits_ledger_commit_duration_seconds Duration of a durable write to the ledger.
        ai_credits_ledger_commit_duration_seconds_bucket{le="0.0005"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="0.001"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="0.0025"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="0.005"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="0.01"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="0.025"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="0.05"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="0.1"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="0.5"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="1.0"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="5.0"} 3
        ai_credits_ledger_commit_duration_seconds_bucket{le="+Inf"} 3
        ai_credits_ledger_commit_duration_seconds_sum 0.0
        ai_credits_ledger_commit_duration_seconds_count 3
        # TYPE ai_credits_ledger_entries counter
        # HELP ai_credits_ledger_entries Entries in the ledger.
        ai_credits_ledger_entries_total 2
        # TYPE ai_credits_ledger_write_failures counter
        # HELP ai_credits_ledger_write_failures Failed writes to the ledger.
        ai_credits_ledger_write_failures_total 0
        # TYPE ai_credits_limit_blocked gauge
        # HELP ai_credits_limit_blocked 1 while the limit blocks AI operations.
        ai_credits_limit_blocked{organization="acme"} 0
        # TYPE ai_credits_limit_blocks counter
        # HELP ai_credits_limit_blocks How often the limit began to block.
        ai_credits_limit_blocks_total{organization="acme"} 0
        # TYPE ai_credits_limit_changes counter
        # HELP ai_credits_limit_changes How often the limit policy was changed.
        ai_credits_limit_changes_total{organization="acme"} 0
        # TYPE ai_credits_limit_credits gauge
        # UNIT ai_credits_limit_credits credits
        # HELP ai_credits_limit_credits Base allocation plus allowance: where the limit blocks.
        ai_credits_limit_credits{organization="acme"} 1200
        # TYPE ai_credits_limit_mode stateset
        # HELP ai_credits_limit_mode The limit mode in force: hard blocks at the base allocation, soft allows an overage.
        ai_credits_limit_mode{organization="acme",ai_credits_limit_mode="hard"} 0
        ai_credits_limit_mode{organization="acme",ai_credits_limit_mode="soft"} 1
        # TYPE ai_credits_limit_resumes counter
        # HELP ai_credits_limit_resumes How often a block ended.
        ai_credits_limit_resumes_total{organization="acme"} 0
        # TYPE ai_credits_organization info
        # HELP ai_credits_organization Name and time zone of an organization.
        ai_credits_organization_info{organization="acme",name="Acme \"A\" Inc.",time_zone="Europe/Berlin"} 1
        # TYPE ai_credits_overage_allowance_credits gauge
        # UNIT ai_credits_overage_allowance_credits credits
        # HELP ai_credits_overage_allowance_credits Credits allowed beyond the base allocation; 0 under a hard limit.
        ai_credits_overage_allowance_credits{organization="acme"} 200
        # TYPE ai_credits_overage_cost gauge
        # HELP ai_credits_overage_cost Cost of this month's overage at the overage rate, in the currency of the label.
        ai_credits_overage_cost{organization="acme",currency="USD"} 1.484125
        # TYPE ai_credits_overage_credits gauge
        # UNIT ai_credits_overage_credits credits
        # HELP ai_credits_overage_credits Credits used this month beyond the base allocation.
        ai_credits_overage_credits{organization="acme"} 95.75
        # TYPE ai_credits_period_reset_timestamp_seconds gauge
        # UNIT ai_credits_period_reset_timestamp_seconds seconds
        # HELP ai_credits_period_reset_timestamp_seconds When the pool resets: the next 1st in the organization's time zone.
        ai_credits_period_reset_timestamp_seconds{organization="acme"} 1796079600
        # TYPE ai_credits_period_start_timestamp_seconds gauge
        # UNIT ai_credits_period_start_timestamp_seconds seconds
        # HELP ai_credits_period_start_timestamp_seconds When the current month began in the organization's time zone.
        ai_credits_period_start_timestamp_seconds{organization="acme"} 1793487600
        # TYPE ai_credits_product_enabled gauge
        # HELP ai_credits_product_enabled 1 when a product's use counts and its requests are allowed, 0 when it is disabled.
        ai_credits_product_enabled{organization="acme",product="chat"} 1
        ai_credits_product_enabled{organization="acme",product="legacy"} 0
        # TYPE ai_credits_product info
        # HELP ai_credits_product Name of a product.
        ai_credits_product_info{organization="acme",product="chat",name="Chat"} 1
        ai_credits_product_info{organization="acme",product="legacy",name="legacy"} 1
        # TYPE ai_credits_product_used_credits gauge
        # UNIT ai_credits_product_used_credits credits
        # HELP ai_credits_product_used_credits Credits a product used this month, net of corrections.
        ai_credits_product_used_credits{organization="acme",product="chat"} 1095.75
        ai_credits_product_used_credits{organization="acme",product="legacy"} 0
        # TYPE ai_credits_refused_samples counter
        # HELP ai_credits_refused_samples Samples that the store behind the rules refused: out of order, or over its bound.
        ai_credits_refused_samples_total 0
        # TYPE ai_credits_remaining_credits gauge
        # UNIT ai_credits_remaining_credits credits
        # HELP ai_credits_remaining_credits Credits left before the limit blocks; never negative.
        ai_credits_remaining_credits{organization="acme"} 104.25
        # TYPE ai_credits_run_out_timestamp_seconds gauge
        # UNIT ai_credits_run_out_timestamp_seconds seconds
        # HELP ai_credits_run_out_timestamp_seconds When the limit is reached at this month's pace; absent when not before the reset.
        ai_credits_run_out_timestamp_seconds{organization="acme"} 1793584193.019
        # TYPE ai_credits_silences gauge
        # HELP ai_credits_silences Silences by state.
        ai_credits_silences{state="active"} 0
        ai_credits_silences{state="expired"} 0
        ai_credits_silences{state="pending"} 0
        # TYPE ai_credits_source_circuit_open gauge
        # HELP ai_credits_source_circuit_open 1 while a source is left alone because it refused the credentials.
        ai_credits_source_circuit_open{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_dropped_pages counter
        # HELP ai_credits_source_dropped_pages Kept pages dropped after a page of a source because the memory for them was full.
        ai_credits_source_dropped_pages_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_filtered_rows counter
        # HELP ai_credits_source_filtered_rows Rows that map.where passed over.
        ai_credits_source_filtered_rows_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_ignored_rows counter
        # HELP ai_credits_source_ignored_rows Rows of days outside the window that were passed over.
        ai_credits_source_ignored_rows_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_last_poll_rows gauge
        # HELP ai_credits_source_last_poll_rows Rows that the last complete poll took.
        ai_credits_source_last_poll_rows{organization="acme",source="usage"} 1
        # TYPE ai_credits_source_last_success_timestamp_seconds gauge
        # UNIT ai_credits_source_last_success_timestamp_seconds seconds
        # HELP ai_credits_source_last_success_timestamp_seconds When a source was last polled with success.
        ai_credits_source_last_success_timestamp_seconds{organization="acme",source="usage"} 1793575801.5
        # TYPE ai_credits_source_late_entries counter
        # HELP ai_credits_source_late_entries Entries that changed a covered day after its lock, or after its month.
        ai_credits_source_late_entries_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_not_modified counter
        # HELP ai_credits_source_not_modified Pages of a source that were the same as last time.
        ai_credits_source_not_modified_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_passed_over_rows counter
        # HELP ai_credits_source_passed_over_rows Rows of a source passed over because their product is disabled.
        ai_credits_source_passed_over_rows_total{organization="acme",source="usage"} 1
        # TYPE ai_credits_source_poll_duration_seconds gauge
        # UNIT ai_credits_source_poll_duration_seconds seconds
        # HELP ai_credits_source_poll_duration_seconds How long the last poll of a source took.
        ai_credits_source_poll_duration_seconds{organization="acme",source="usage"} 0.25
        # TYPE ai_credits_source_poll_failures counter
        # HELP ai_credits_source_poll_failures Failed polls of a source, by reason.
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="bad_value"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="check_failed"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="connect"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="http_status"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="incomplete_pages"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="internal"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="not_json"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="outside_window"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="rows_missing"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="source_conflict"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="throttled"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="timeout"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="tls"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="too_large"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="too_many_products"} 0
        ai_credits_source_poll_failures_total{organization="acme",source="usage",reason="unauthorized"} 0
        # TYPE ai_credits_source_polls_put_off counter
        # HELP ai_credits_source_polls_put_off Polls of a source put off because the day's budget was used up.
        ai_credits_source_polls_put_off_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_polls counter
        # HELP ai_credits_source_polls Polls of a source that ended.
        ai_credits_source_polls_total{organization="acme",source="usage"} 2
        # TYPE ai_credits_source_received_bytes counter
        # UNIT ai_credits_source_received_bytes bytes
        # HELP ai_credits_source_received_bytes Bytes of the decoded answers of a source.
        ai_credits_source_received_bytes_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_request_wait_seconds counter
        # UNIT ai_credits_source_request_wait_seconds seconds
        # HELP ai_credits_source_request_wait_seconds Time that requests to a source waited for budgets and for their host.
        ai_credits_source_request_wait_seconds_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_requests counter
        # HELP ai_credits_source_requests Requests to a source by status; none when nothing answered.
        ai_credits_source_requests_total{organization="acme",source="usage",code="200"} 0
        # TYPE ai_credits_source_restarts counter
        # HELP ai_credits_source_restarts Polls that read their pages twice because the total changed in between.
        ai_credits_source_restarts_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_restatements counter
        # HELP ai_credits_source_restatements Entries that changed a day which a poll had covered after its end.
        ai_credits_source_restatements_total{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_rows counter
        # HELP ai_credits_source_rows Rows that complete polls took.
        ai_credits_source_rows_total{organization="acme",source="usage"} 3
        # TYPE ai_credits_source_superseded_readings gauge
        # HELP ai_credits_source_superseded_readings Readings of the last poll that do not count because a source of another authority does.
        ai_credits_source_superseded_readings{organization="acme",source="usage"} 0
        # TYPE ai_credits_source_up gauge
        # HELP ai_credits_source_up 1 when the last poll of a source succeeded, 0 when it failed.
        ai_credits_source_up{organization="acme",source="usage"} 1
        # TYPE ai_credits_unreported_credits gauge
        # UNIT ai_credits_unreported_credits credits
        # HELP ai_credits_unreported_credits Credits of settled holds whose use the sources have not reported yet.
        ai_credits_unreported_credits{organization="acme"} 0
        # TYPE ai_credits_usage_percent gauge
        # HELP ai_credits_usage_percent Credits used this month as a percentage of the base allocation; passes 100 when overage is allowed.
        ai_credits_usage_percent{organization="acme"} 109.575
        # TYPE ai_credits_usage_ratio gauge
        # UNIT ai_credits_usage_ratio ratio
        # HELP ai_credits_usage_ratio Credits used this month divided by the base allocation.
        ai_credits_usage_ratio{organization="acme"} 1.09575
        # TYPE ai_credits_usage_stale gauge
        # HELP ai_credits_usage_stale 1 while usage is unknown: a source had no successful poll for too long.
        ai_credits_usage_stale{organization="acme"} 0
        # TYPE ai_credits_used_credits gauge
        # UNIT ai_credits_used_credits credits
        # HELP ai_credits_used_credits Credits used this month, net of corrections.
        ai_credits_used_credits{organization="acme"} 1095.75
        # TYPE ai_credits_used counter
        # HELP ai_credits_used Credits used since the ledger began, before corrections; net use is this minus ai_credits_corrected_total.
        ai_credits_used_total{organization="acme",product="chat"} 1100.5
        ai_credits_used_total{organization="acme",product="legacy"} 0
        # EOF

        """#
}
