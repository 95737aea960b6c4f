#!/usr/bin/env python3
"""Judges the dashboards by the rules of grafana/dashboard-linter, and by our own.

    lint-dashboards.py [--families FILE] [DASHBOARD.json …]

Rule names are those of dashboard-linter where it has one. FILE lists the known series names, one
a line; `ai_credits_…` and `process_…` names outside it are mistakes. Exits 1 with mistakes.
"""

import argparse
import json
import pathlib
import re
import sys

UNITS = {
    "none", "short", "percentunit", "s", "bytes", "ops", "reqps", "dateTimeAsIso", "percent",
}
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
SELECTOR = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\{([^}]*)\}|\b((?:ai_credits|process)_\w+)(?![\w{])")
GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")
OUR_THRESHOLDS = [None, 0.75, 0.9, 1]


def variables(board):
    return {one["name"]: one for one in board["templating"]["list"]}


def lint_board(board):
    """Mistakes of the dashboard as a whole."""
    own = variables(board)
    datasource = own.get("datasource", {})
    if datasource.get("type") != "datasource" or datasource.get("query") != "prometheus":
        yield "template-datasource-rule: no variable `datasource` of type prometheus"
    if datasource.get("label") != "Data source":
        yield "template-datasource-rule: its label is not `Data source`"
    for name, label in [("job", "Job"), ("instance", "Instance")]:
        one = own.get(name, {})
        fits = (
            one.get("type") == "query" and one.get("label") == label and one.get("multi")
            and one.get("allValue") == ".+" and one.get("datasource") == DATASOURCE)
        if not fits:
            yield f"template-{name}-rule: `{name}` is not a multi query variable with `.+`"
    for name, one in own.items():
        if one["type"] == "query" and one.get("refresh") != 2:
            yield f"template-on-time-change-reload-rule: {name}"
        if one["type"] == "query" and not re.fullmatch(
                r"label_values\(\w+, \w+\)", one["query"]["query"]):
            yield f"template-label-promql-rule: {name}"
    if board.get("editable") is not False:
        yield "uneditable-dashboard-rule: editable is not false"
    if not re.fullmatch(r"[a-z0-9-]{8,40}", board.get("uid") or ""):
        yield "uid: not 8 to 40 characters"
    if board.get("id") is not None or "__inputs" in board:
        yield "id: set, or __inputs, which file provisioning does not resolve"
    if not 36 <= board.get("schemaVersion", 0) <= 41:
        yield "schemaVersion: not one that Grafana 10 and 11 load"
    if board.get("timezone") != "utc" or not board["annotations"]["list"]:
        yield "board: not in UTC, or without alert annotations"
    numbers = [panel["id"] for panel in board["panels"]]
    if len(set(numbers)) != len(numbers):
        yield "panel ids: not unique"
    titles = [panel["title"] for panel in board["panels"]]
    if len(set(titles)) != len(titles):
        yield "panel titles: not unique"
    yield from overlaps(board["panels"])


def overlaps(panels):
    taken = {}
    for panel in panels:
        place = panel["gridPos"]
        if place["x"] + place["w"] > 24:
            yield f"grid: {panel['title']} leaves the 24 columns"
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                other = taken.setdefault((x, y), panel["title"])
                if other != panel["title"]:
                    yield f"grid: {panel['title']} covers {other}"
                    return


def lint_panel(panel):
    """Mistakes of one panel."""
    if not panel.get("title") or not panel.get("description"):
        yield "panel-title-description-rule"
    if panel.get("datasource") != DATASOURCE:
        yield "panel-datasource-rule"
    defaults = panel["fieldConfig"]["defaults"]
    if defaults.get("unit") not in UNITS:
        yield f"panel-units-rule: {defaults.get('unit')}"
    if not panel.get("targets"):
        yield "panel-no-targets-rule"
    steps = [step["value"] for step in defaults["thresholds"]["steps"]]
    if panel["type"] == "gauge" and steps != OUR_THRESHOLDS:
        yield "thresholds: a gauge of usage has 75, 90 and 100 %"
    legends = " ".join(one["legendFormat"] for one in panel["targets"])
    by_product = "{{product}}" in legends or panel["type"] == "barchart"
    if by_product and defaults["color"]["mode"] != "palette-classic-by-name":
        yield "colours: a product keeps its colour by its name"


def lint_target(expression, families):
    """Mistakes of one query."""
    text = GROUPING.sub("", expression)
    for rate in re.finditer(r"\b(i?rate)\((.*?)\[([^\]]+)\]", text):
        if rate[3] != "$__rate_interval":
            yield f"target-rate-interval-rule: {rate[3]}"
    for match in SELECTOR.finditer(text):
        name = match[1] or match[3]
        if families and name not in families:
            yield f"unknown series: {name}"
        matchers = match[2] or ""
        for label in ["job", "instance"]:
            if f'{label}=~"${label}"' not in matchers:
                yield f"target-{label}-rule: {name}"
        counter = name.endswith("_total") or name.endswith("_bucket")
        before = re.search(r"(rate|irate|increase)\($", text[:match.start()])
        if counter and not before:
            yield f"target-counter-agg-rule: {name} without rate or increase"


def lint(board, families):
    yield from lint_board(board)
    for panel in board["panels"]:
        if panel["type"] == "row":
            continue
        for mistake in lint_panel(panel):
            yield f"{panel['title']}: {mistake}"
        for target in panel["targets"]:
            if target["datasource"] != DATASOURCE:
                yield f"{panel['title']}: panel-datasource-rule in a query"
            for mistake in lint_target(target["expr"], families):
                yield f"{panel['title']}: {mistake}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--families", type=pathlib.Path)
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    folder = pathlib.Path(__file__).resolve().parent / "dashboards"
    families = set(options.families.read_text().split()) if options.families else set()
    count = 0
    for path in options.files or sorted(folder.glob("*.json")):
        for mistake in lint(json.loads(path.read_text()), families):
            print(f"{path.name}: {mistake}", file=sys.stderr)
            count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
