#!/usr/bin/env python3
"""Writes the dashboards as classic Grafana JSON: dashboards/*.json.

    make-dashboards.py            writes them
    make-dashboards.py --check    exits 1 when a file differs from what would be written

Every panel is stated once here; title, description and unit are arguments that cannot be left
out. Queries take the three variables `job`, `instance` and, where it applies, `organization`.
"""

import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent / "dashboards"
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
AGENT = 'job=~"$job", instance=~"$instance"'
ORGANIZATION = AGENT + ', organization=~"$organization"'
# The month that the dashboard's range begins in, as the label `day` writes it.
MONTH = "${__from:date:YYYY-MM}-.*"
THIS_MONTH = ORGANIZATION + f', day=~"{MONTH}"'
EARLIER = ORGANIZATION + f', day!~"{MONTH}"'

# Grafana's own names of colours, so that both themes stay legible.
BLUE = [(None, "blue")]
USAGE = [(None, "green"), (0.75, "yellow"), (0.9, "orange"), (1, "red")]
BAD_ABOVE_ZERO = [(None, "green"), (0.000001, "red")]
GOOD_AT_ONE = [(None, "red"), (1, "green")]


def target(expression, legend="", instant=False, table=False):
    """A query of a panel."""
    return {
        "expr": expression,
        "legendFormat": legend,
        "instant": instant,
        "range": not instant,
        "format": "table" if table else "time_series",
    }


def thresholds(steps):
    return {"mode": "absolute", "steps": [{"color": color, "value": at} for at, color in steps]}


def mapping(words):
    """Words instead of numbers: {"0": ("open", "green")}."""
    options = {
        value: {"text": text, "color": color, "index": index}
        for index, (value, (text, color)) in enumerate(words.items())
    }
    return [{"type": "value", "options": options}]


def panel(kind, title, description, unit, targets, width, height, **more):
    """A panel without its place and number."""
    defaults = {"unit": unit, "thresholds": thresholds(more.pop("steps", BLUE))}
    defaults["color"] = {"mode": more.pop("color", "thresholds")}
    for name in ["min", "max", "decimals", "noValue", "custom", "mappings"]:
        if name in more:
            defaults[name] = more.pop(name)
    return {
        "type": kind,
        "title": title,
        "description": description,
        "datasource": SOURCE,
        "targets": [
            {"refId": chr(ord("A") + index), "datasource": SOURCE, **one}
            for index, one in enumerate(targets)
        ],
        "fieldConfig": {"defaults": defaults, "overrides": more.pop("overrides", [])},
        "options": more.pop("options", {}),
        "transformations": more.pop("transformations", []),
        "size": (width, height),
    }


def stat(title, description, unit, expression, width=4, legend="", text="value", **more):
    """One figure, as it is now."""
    more["options"] = {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "colorMode": "value",
        "graphMode": "none",
        "justifyMode": "auto",
        "orientation": "auto",
        "textMode": text,
    }
    query = target(expression, legend, instant=True)
    return panel("stat", title, description, unit, [query], width, 4, **more)


def lines(title, description, unit, targets, width=8, bars=False, **more):
    """A course over time."""
    more["custom"] = {
        "drawStyle": "bars" if bars else "line",
        "lineWidth": 0 if bars else 2,
        "fillOpacity": 90 if bars else 8,
        "showPoints": "never",
        "spanNulls": False,
        "stacking": {"mode": "normal" if bars else "none", "group": "A"},
        "thresholdsStyle": {"mode": "off"},
    }
    more["options"] = {
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    more.setdefault("color", "palette-classic-by-name")
    return panel("timeseries", title, description, unit, targets, width, 8, **more)


def states(title, description, targets, words, width=12):
    """Which state when."""
    return panel(
        "state-timeline", title, description, "none", targets, width, 8,
        mappings=mapping(words),
        custom={"fillOpacity": 80, "lineWidth": 0},
        options={
            "mergeValues": True, "showValue": "never", "rowHeight": 0.8, "alignValue": "left",
            "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
            "tooltip": {"mode": "single", "sort": "none"},
        },
    )


def rate(name, by, selector=ORGANIZATION, more=""):
    return f"sum by ({by}) (rate({name}{{{selector}{more}}}[$__rate_interval]))"


def quantile(name, by, selector=AGENT):
    inner = rate(f"{name}_bucket", f"{by}, le" if by else "le", selector)
    return f"histogram_quantile(0.99, {inner})"


def best(name, function="max", by="organization", selector=ORGANIZATION):
    return f"{function} by ({by}) ({name}{{{selector}}})"


def days(selector):
    """The sum of all products, day by day."""
    return f"sum by (organization, day) (ai_credits_daily_used_credits{{{selector}}})"


def product_bars():
    """Day over day: a column of the matrix is a product and keeps its colour by name."""
    query = target(
        f"sum by (day, product) (ai_credits_daily_used_credits{{{THIS_MONTH}}})",
        instant=True, table=True)
    return panel(
        "barchart", "Credits by day and product",
        "Credits used on each day of the month, net of corrections, one colour per product. "
        "Days are the organization's days.",
        "short", [query], 24, 10,
        color="palette-classic-by-name",
        custom={"fillOpacity": 90, "lineWidth": 0, "axisLabel": "credits"},
        options={
            "xField": "day\\product", "stacking": "normal", "orientation": "auto",
            "showValue": "never", "xTickLabelRotation": -45, "barWidth": 0.85,
            "legend": {
                "displayMode": "table", "placement": "right", "showLegend": True,
                "calcs": ["sum", "lastNotNull"],
            },
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
        transformations=[{
            "id": "groupingToMatrix",
            "options": {
                "rowField": "day", "columnField": "product", "valueField": "Value",
                "emptyValue": "zero",
            },
        }],
    )


def credits_panels():
    used, start, reset = (
        best(name) for name in [
            "ai_credits_used_credits", "ai_credits_period_start_timestamp_seconds",
            "ai_credits_period_reset_timestamp_seconds"])
    base = best("ai_credits_base_allocation_credits")
    return [
        "The month",
        panel(
            "gauge", "Usage", "Credits used this month as a share of the base allocation. It "
            "passes 100 % when the limit allows overage.",
            "percentunit", [target(best("ai_credits_usage_ratio"), instant=True)], 6, 8,
            steps=USAGE, min=0, max=1, decimals=1,
            options={
                "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
                "showThresholdLabels": False, "showThresholdMarkers": True,
            }),
        stat("Base allocation", "Credits that the plan includes each month.", "short", base, 5),
        stat("Used", "Credits used this month, net of corrections.", "short", used, 4),
        stat(
            "Beyond base", "Credits used beyond the base allocation this month.", "short",
            best("ai_credits_overage_credits"), steps=[(None, "green"), (0.000001, "orange")]),
        stat(
            "Days until reset", "Whole days until the pool begins anew on the 1st, in the "
            "organization's time zone.", "none", best("ai_credits_days_until_reset"), 5),
        stat(
            "Limit mode", "Hard blocks at the base allocation; soft allows a stated overage and "
            "blocks then.", "none",
            best("ai_credits_limit_mode", by="organization, ai_credits_limit_mode") + " == 1",
            5, "{{ai_credits_limit_mode}}", "name"),
        stat(
            "Gate", "Whether the limit blocks AI operations now.", "none",
            best("ai_credits_limit_blocked"),
            mappings=mapping({"0": ("open", "green"), "1": ("BLOCKED", "red")})),
        stat(
            "Credits left", "Credits until the limit blocks: base and allowance less what is "
            "used.", "short", best("ai_credits_remaining_credits", "min"),
            steps=[(None, "red"), (0.000001, "green")]),
        stat(
            "Overage cost", "What the credits beyond the base cost, in the currency of the "
            "organization's pricing.", "short",
            best("ai_credits_overage_cost", by="organization, currency"), 5,
            "{{currency}}", "value_and_name", decimals=2, noValue="no pricing"),
        "Days",
        product_bars(),
        stat(
            "Peak day", "The day of this month with the most credits.", "short",
            f"topk(1, {days(THIS_MONTH)})", 6, "{{day}}", "value_and_name"),
        stat(
            "Average day", "The mean of this month's days, today included.", "short",
            f"avg by (organization) ({days(THIS_MONTH)})", 6),
        stat(
            "Against last month", "This month's average day against the average of last month's "
            "days that the agent still shows (the last 35 days).", "percentunit",
            f"avg by (organization) ({days(THIS_MONTH)})"
            f" / (avg by (organization) ({days(EARLIER)}) > 0) - 1", 6,
            steps=[(None, "green"), (0.25, "yellow"), (1, "orange")], decimals=1,
            noValue="no last month"),
        stat(
            "Credits last until", "When the limit is reached at this month's pace; the reset "
            "where it is not reached before.", "dateTimeAsIso",
            "1000 * min by (organization) (ai_credits_run_out_timestamp_seconds"
            f"{{{ORGANIZATION}}} or ai_credits_period_reset_timestamp_seconds"
            f"{{{ORGANIZATION}}})", 6),
        panel(
            "piechart", "Credits by product", "Credits of each product this month, net of "
            "corrections.", "short",
            [target(
                best("ai_credits_product_used_credits", by="organization, product"),
                "{{product}}", instant=True)],
            8, 8, color="palette-classic-by-name",
            options={
                "pieType": "donut", "displayLabels": ["percent"],
                "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
                "legend": {
                    "displayMode": "table", "placement": "right", "showLegend": True,
                    "values": ["value", "percent"],
                },
                "tooltip": {"mode": "single", "sort": "none"},
            }),
        lines(
            "Used against the limit", "The month's course: credits used, the base allocation and "
            "the limit.", "short",
            [
                target(used, "used"), target(base, "base allocation"),
                target(best("ai_credits_limit_credits"), "limit"),
            ], 16, min=0),
        "Pace and alerts",
        lines(
            "Credits an hour", "The pace of each product, gross of corrections.", "short",
            [target(
                "3600 * " + rate("ai_credits_used_total", "organization, product"),
                "{{product}}")], 8, bars=True, min=0),
        lines(
            "Forecast of the month", "Usage at the reset as a share of the base allocation, when "
            "the month goes on at its average pace.", "percentunit",
            [target(
                f"{used} * ({reset} - {start}) / (time() - {start}) / ({base} > 0)",
                "forecast"), target(best("ai_credits_usage_ratio"), "used so far")],
            8, min=0, steps=USAGE),
        states(
            "Alerts", "Alerts of this organization as the agent judges them.",
            [target(
                best(
                    "ai_credits_alerts", by="organization, alertname",
                    selector=ORGANIZATION + ', alertstate="firing"'), "{{alertname}}")],
            {"0": ("quiet", "green"), "1": ("firing", "red")}, 8),
    ]


def source_panels():
    by = "organization, source"
    return [
        "Sources",
        states(
            "Source up", "Whether the last poll of each source succeeded.",
            [target(best("ai_credits_source_up", by=by), "{{organization}} {{source}}")],
            {"0": ("down", "red"), "1": ("up", "green")}),
        lines(
            "Age of the last success", "Seconds since the last complete poll of each source. "
            "Usage goes stale after `stale_after`.", "s",
            [target(
                "time() - " + best("ai_credits_source_last_success_timestamp_seconds", by=by),
                "{{organization}} {{source}}")], 12, min=0),
        lines(
            "Failed polls", "Failed polls a second by reason.", "ops",
            [target(
                rate("ai_credits_source_poll_failures_total", by + ", reason"),
                "{{source}} {{reason}}")], min=0),
        lines(
            "Poll duration", "How long the last poll of each source took.", "s",
            [target(best("ai_credits_source_poll_duration_seconds", by=by), "{{source}}")],
            min=0),
        states(
            "Usage stale", "Whether an organization's usage is unknown.",
            [target(best("ai_credits_usage_stale"), "{{organization}}")],
            {"0": ("known", "green"), "1": ("stale", "red")}, 8),
    ]


def group_name(expression):
    """The expression with a label `group`: the rule group without its file's path."""
    return f'label_replace({expression}, "group", "$1", "rule_group", ".*;(.*)")'


def ledger_panels():
    return [
        "Ledger and rules",
        lines(
            "Ledger entries", "Entries appended to the ledger a second.", "ops",
            [target(
                "sum by (job) (rate(ai_credits_ledger_entries_total"
                f"{{{AGENT}}}[$__rate_interval]))", "entries")], 6, min=0),
        lines(
            "Commit duration", "The 99th percentile of the time a commit takes.", "s",
            [target(quantile("ai_credits_ledger_commit_duration_seconds", ""), "p99")], 6, min=0),
        lines(
            "Write failures", "Failed commits a second; anything above zero means that usage is "
            "not recorded.", "ops",
            [target(
                rate("ai_credits_ledger_write_failures_total", "job", AGENT), "failures")],
            4, min=0),
        lines(
            "Rule groups", "How long the last evaluation of each rule group took.", "s",
            [target(
                "max by (group) (" + group_name(
                    f"ai_credits_rule_group_last_duration_seconds{{{AGENT}}}") + ")",
                "{{group}}")], 4, min=0),
        lines(
            "Failed evaluations", "Failed rule evaluations a second, by group.", "ops",
            [target(
                "sum by (group) (" + group_name(
                    f"rate(ai_credits_rule_evaluation_failures_total{{{AGENT}}}"
                    "[$__rate_interval])") + ")",
                "{{group}}")], 4, min=0),
    ]


def notification_panels():
    sent = rate("ai_credits_notifications_total", "receiver, integration", AGENT)
    failed = rate("ai_credits_notifications_failed_total", "receiver, integration", AGENT)
    return [
        "Notifications",
        lines(
            "Notification requests", "Requests to receivers a second, and those that failed.", "ops",
            [
                target(sent, "{{receiver}} {{integration}}"),
                target(f"{failed} or 0 * {sent}", "{{receiver}} {{integration}} failed"),
            ], min=0),
        lines(
            "Request latency and delay", "99th percentiles: one request; from the transition to "
            "the 2xx.", "s",
            [
                target(
                    quantile("ai_credits_notification_latency_seconds", "receiver"),
                    "{{receiver}} request"),
                target(
                    quantile("ai_credits_notification_delay_seconds", "receiver"),
                    "{{receiver}} delay"),
            ], min=0),
        lines(
            "Outbox", "Notifications that wait for a 2xx.", "short",
            [target(
                best("ai_credits_outbox_pending", by="receiver", selector=AGENT), "{{receiver}}")],
            4, min=0),
        lines(
            "Oldest waiting", "Age of the oldest notification that waits.", "s",
            [target(
                best("ai_credits_outbox_oldest_age_seconds", by="receiver", selector=AGENT),
                "{{receiver}}")], 4, min=0),
    ]


def gate_panels():
    return [
        "Gate and web",
        lines(
            "Gate decisions", "Answers of the gate a second, by decision and reason.", "reqps",
            [target(
                rate("ai_credits_gate_decisions_total", "decision, reason"),
                "{{decision}} {{reason}}")], min=0),
        lines(
            "Block latency", "99th percentile from the commit that reaches the limit to the "
            "gate's new answer, over a day.", "s",
            [target(
                "histogram_quantile(0.99, sum by (organization, le) (increase("
                f"ai_credits_limit_response_seconds_bucket{{{ORGANIZATION}}}[1d])))",
                "{{organization}}")], min=0),
        lines(
            "HTTP requests", "Answered requests a second, by route and status.", "reqps",
            [target(rate("ai_credits_http_requests_total", "route, code", AGENT),
                    "{{route}} {{code}}")], min=0),
    ]


def process_panels():
    return [
        "Process",
        lines(
            "CPU", "Processor time a second.", "percentunit",
            [target(
                rate("process_cpu_seconds_total", "instance", AGENT), "{{instance}}")], 5, min=0),
        lines(
            "Memory", "Resident memory.", "bytes",
            [target(
                best("process_resident_memory_bytes", by="instance", selector=AGENT),
                "{{instance}}")], 5, min=0),
        lines(
            "Open files", "File descriptors in use.", "short",
            [target(
                best("process_open_fds", by="instance", selector=AGENT), "{{instance}}")],
            4, min=0),
        stat(
            "Up since", "When the agent started.", "dateTimeAsIso",
            "1000 * " + best(
                "process_start_time_seconds", by="instance", selector=AGENT), 5),
        stat(
            "Configuration", "Whether the last reload was taken.", "none",
            best(
                "ai_credits_config_last_reload_successful", "min", "instance", AGENT), 5,
            mappings=mapping({"0": ("refused", "red"), "1": ("taken", "green")})),
        stat(
            "Version", "What runs.", "none",
            best("ai_credits_agent_build_info", by="version, revision, store", selector=AGENT), 5,
            "{{version}} {{store}}", "name"),
        stat(
            "Clock steps", "Steps of the wall clock that the agent noticed since its start.",
            "none", "sum by (instance) (increase(ai_credits_clock_steps_total"
            f"{{{AGENT}}}[1d]))", 5, steps=[(None, "green"), (0.5, "orange")]),
    ]


def placed(entries):
    """Panels on 24 columns, each where it fits highest and leftmost; headings begin a line."""
    panels, skyline = [], [0] * 24
    for number, entry in enumerate(entries, 1):
        if isinstance(entry, str):
            y = max(skyline)
            skyline = [y + 1] * 24
            entry = {"type": "row", "title": entry, "collapsed": False, "panels": []}
            entry["gridPos"] = {"h": 1, "w": 24, "x": 0, "y": y}
        else:
            width, height = entry.pop("size")
            y, x = min((max(skyline[x:x + width]), x) for x in range(25 - width))
            skyline[x:x + width] = [y + height] * width
            entry["gridPos"] = {"h": height, "w": width, "x": x, "y": y}
        panels.append({"id": number, **entry})
    return panels


def variable(name, label, query, **more):
    return {
        "name": name, "label": label, "type": "query", "datasource": SOURCE,
        "query": {"query": query, "refId": name}, "definition": query,
        "refresh": 2, "sort": 1, "hide": 0, "regex": "", "options": [], "current": {},
        "includeAll": False, "multi": False, **more,
    }


def every(name, label):
    """A target label: all of them until somebody chooses."""
    return variable(
        name, label, f"label_values(ai_credits_agent_build_info, {name})",
        includeAll=True, multi=True, allValue=".+",
        current={"text": "All", "value": "$__all"})


def dashboard(uid, title, description, entries, organizations, link):
    variables = [{
        "name": "datasource", "label": "Data source", "type": "datasource",
        "query": "prometheus", "refresh": 1, "hide": 0, "regex": "", "options": [],
        "current": {}, "includeAll": False, "multi": False,
    }, every("job", "Job"), every("instance", "Instance")]
    organization = "label_values(ai_credits_usage_stale, organization)"
    if organizations == "one":
        variables.append(variable("organization", "Organization", organization))
    else:
        variables.append(variable(
            "organization", "Organization", organization, includeAll=True, multi=True,
            allValue=".*", current={"text": "All", "value": "$__all"}))
    return {
        "uid": uid, "title": title, "description": description, "tags": ["ai-credits"],
        "timezone": "utc", "editable": False, "graphTooltip": 1, "refresh": "30s",
        "time": {"from": "now/M" if organizations == "one" else "now-6h", "to": "now"},
        "schemaVersion": 39, "version": 1, "id": None,
        "links": [{
            "type": "link", "title": link[0], "url": "/d/" + link[1], "icon": "dashboard",
            "keepTime": False, "includeVars": True, "targetBlank": False, "tags": [],
            "asDropdown": False, "tooltip": "",
        }],
        "annotations": {"list": [{
            "name": "Alerts", "enable": True, "hide": False, "iconColor": "red",
            "datasource": SOURCE, "step": "60s",
            "expr": 'ALERTS{alertname=~"AICredits.*", alertname!="AICreditsWatchdog", '
            'alertstate="firing", organization=~"$organization|"}',
            "titleFormat": "{{alertname}}",
            "textFormat": "{{organization}} {{product}}{{source}}{{receiver}}",
            "tagKeys": "severity", "useValueForTime": False,
        }]},
        "templating": {"list": variables},
        "panels": placed(entries),
    }


def dashboards():
    return {
        "ai-credits.json": dashboard(
            "ai-credits", "AI credits",
            "An organization's pool of AI credits this month: usage, days, products, forecast.",
            credits_panels(), "one", ("AI credits agent", "ai-credits-agent")),
        "ai-credits-agent.json": dashboard(
            "ai-credits-agent", "AI credits agent",
            "How the agent itself is: sources, ledger, rules, notifications, gate, process.",
            source_panels() + ledger_panels() + notification_panels() + gate_panels()
            + process_panels(), "all", ("AI credits", "ai-credits")),
    }


def main(arguments):
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 64
    stale = []
    for name, content in dashboards().items():
        text = json.dumps(content, indent=2) + "\n"
        path = FOLDER / name
        if arguments and (not path.exists() or path.read_text() != text):
            stale.append(name)
        elif not arguments:
            path.write_text(text)
    for name in stale:
        print(f"{name} is not what make-dashboards.py writes; run it", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
