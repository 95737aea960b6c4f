#!/usr/bin/env python3
"""Runs every panel query of every dashboard against Prometheus and against the agent.

    prove-dashboards.py --prometheus URL --agent URL [--organization acme] [--within SECONDS]

Each query must find data at both, with the same sets of labels, and so must the queries of the
variables. Prints one line a query; exits 1 when one finds nothing or they differ to the end.
"""

import argparse
import re
import sys
import time

from grafana_queries import QueryFailed, ask, dashboards, panels, series


def label_sets(base, target, organization):
    return sorted(
        ",".join(f'{name}="{value}"' for name, value in sorted(labels.items()))
        for labels, points in series(base, target, organization) if points)


def variable_values(base, query):
    """What `label_values(metric, label)` gives, by the way Grafana asks."""
    metric, label = re.fullmatch(r"label_values\((\w+), (\w+)\)", query).groups()
    found = ask(base, f"/api/v1/label/{label}/values", {"match[]": metric}, post=False)
    return sorted(found)


def judged(there, here):
    """The verdict on what two sources found."""
    if not there or not here:
        return "no data"
    return "same" if there == here else "differ"


def compared(question, prometheus, agent, deadline):
    """Asks both until they agree; a new series reaches Prometheus a scrape later."""
    while True:
        try:
            there, here = question(prometheus), question(agent)
            verdict = judged(there, here)
            detail = f"Prometheus {there}, agent {here}"
        except QueryFailed as error:
            there, here, verdict, detail = [], [], "failed", str(error)
        if verdict == "same" or time.monotonic() > deadline:
            return len(there), len(here), verdict, detail
        time.sleep(1)


def questions(organization):
    """(dashboard, panel, query) and how to ask it."""
    for name, dashboard in dashboards():
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query":
                query = variable["query"]["query"]
                yield (name, f"variable {variable['name']}", query), (
                    lambda base, query=query: variable_values(base, query))
        for annotation in dashboard["annotations"]["list"]:
            target = {"expr": annotation["expr"], "instant": False}
            yield (name, f"annotation {annotation['name']}", target["expr"]), (
                lambda base, target=target: label_sets(base, target, organization))
        for panel in panels(dashboard):
            for target in panel["targets"]:
                yield (name, f"{panel['title']} {target['refId']}", target["expr"]), (
                    lambda base, target=target: label_sets(base, target, organization))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prometheus", required=True)
    parser.add_argument("--agent", required=True)
    parser.add_argument("--organization", default="acme")
    parser.add_argument("--within", type=float, default=60)
    options = parser.parse_args()
    deadline = time.monotonic() + options.within
    failures = 0
    print(f"{'dashboard':<22} {'query':<34} {'Prometheus':>10} {'agent':>6}  verdict")
    for (name, title, query), question in questions(options.organization):
        there, here, verdict, detail = compared(
            question, options.prometheus, options.agent, deadline)
        print(f"{name:<22} {title:<34} {there:>10} {here:>6}  {verdict}")
        if verdict != "same":
            failures += 1
            print(f"    {query}\n    {detail}")
    print(f"{failures} of the queries failed" if failures else "every query found the same data")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
