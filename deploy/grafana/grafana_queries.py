"""Reads the dashboards and asks a Prometheus-compatible API what Grafana would ask.

Standard library only. Used by lint-dashboards.py, prove-dashboards.py and preview.py.
"""

import datetime
import json
import pathlib
import time
import urllib.error
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
FILES = ["ai-credits.json", "ai-credits-agent.json"]
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class QueryFailed(Exception):
    """A query without an answer; the text says why."""


def dashboards():
    """Each dashboard with its file name."""
    for name in FILES:
        yield name, json.loads((HERE / "dashboards" / name).read_text())


def panels(dashboard):
    """The panels that show something, headings left out."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def substituted(expression, organization, rate_interval="15s", now=None):
    """The expression as Grafana sends it: every job and instance, one organization."""
    month = datetime.datetime.fromtimestamp(now or time.time(), datetime.timezone.utc)
    values = {
        "${__from:date:YYYY-MM}": month.strftime("%Y-%m"),
        "$__rate_interval": rate_interval,
        "$job": ".+",
        "$instance": ".+",
        "$organization": organization,
    }
    for variable, value in values.items():
        expression = expression.replace(variable, value)
    return expression


def ask(base, path, parameters=None, post=True):
    """The member `data` of an answer."""
    encoded = urllib.parse.urlencode(parameters or {}, doseq=True)
    url = base.rstrip("/") + path
    if not post and encoded:
        url += "?" + encoded
    request = urllib.request.Request(url, data=encoded.encode() if post else None)
    try:
        with OPENER.open(request, timeout=15) as answer:
            document = json.load(answer)
    except urllib.error.HTTPError as error:
        raise QueryFailed(f"{error.code}: {error.read(400).decode(errors='replace')}") from error
    except (OSError, ValueError) as error:
        raise QueryFailed(str(error)) from error
    if document.get("status") != "success":
        raise QueryFailed(str(document.get("error")))
    return document["data"]


def series(base, target, organization, seconds=60, step=5, rate_interval="15s", post=True):
    """[(labels, [(time, value), …])] of a panel's query, now or over the last seconds."""
    expression = substituted(target["expr"], organization, rate_interval)
    now = time.time()
    if target["instant"]:
        found = ask(base, "/api/v1/query", {"query": expression, "time": now}, post)["result"]
        return [(one["metric"], [pair(one["value"])]) for one in found]
    found = ask(base, "/api/v1/query_range", {
        "query": expression, "start": now - seconds, "end": now, "step": step,
    }, post)["result"]
    return [(one["metric"], [pair(value) for value in one["values"]]) for one in found]


def pair(value):
    return float(value[0]), float(value[1])


def legend(target, labels):
    """The name that Grafana gives to a series."""
    text = target.get("legendFormat") or ""
    if not text:
        return ", ".join(f"{name}={value}" for name, value in sorted(labels.items()))
    for name, value in labels.items():
        text = text.replace("{{" + name + "}}", value)
    return text
