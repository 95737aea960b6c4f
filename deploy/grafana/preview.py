#!/usr/bin/env python3
"""Draws each dashboard from real answers of a Prometheus-compatible API: previews/*.svg.

    preview.py --url URL [--organization acme] [--seconds 120]

A small renderer of the panel kinds that the dashboards use, so that a picture needs no browser and
no Grafana. Places, titles, units, thresholds and words come from the dashboards' own JSON.
"""

import argparse
import datetime
import math
import sys
from xml.sax.saxutils import escape

from grafana_queries import HERE, dashboards, legend, series

COLUMN, LINE, GAP = 54, 34, 6
COLORS = {
    "green": "#73bf69", "yellow": "#fade2a", "orange": "#ff9830", "red": "#f2495c",
    "blue": "#5794f2",
}
PALETTE = [
    "#5794f2", "#f2cc0c", "#b877d9", "#ff780a", "#73bf69", "#f2495c", "#8ab8ff", "#56a64b",
    "#ffa6b0", "#8f3bb8", "#37872d", "#fa6400",
]


TAKEN = {}


def named_color(name):
    """The colour of a name, the same in every panel of a picture; products come first."""
    return PALETTE[TAKEN.setdefault(name, len(TAKEN)) % len(PALETTE)]


def shortened(value):
    for size, letter in [(1e9, " B"), (1e6, " M"), (1e3, " K")]:
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}" if value % 1 else f"{value:.0f}"


def in_bytes(value):
    for size, letter in [(2 ** 30, " GiB"), (2 ** 20, " MiB"), (2 ** 10, " KiB")]:
        if abs(value) >= size:
            return f"{value / size:.0f}{letter}"
    return f"{value:.0f} B"


def in_seconds(value):
    for size, letter in [(86400, " d"), (3600, " h"), (60, " min"), (1, " s")]:
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value * 1000:.3g} ms"


def formatted(value, unit, decimals=None):
    """A value in its unit, about as Grafana writes it."""
    if math.isnan(value):
        return "–"
    if unit == "percentunit":
        return f"{value * 100:.{1 if decimals is None else decimals}f} %"
    if unit == "dateTimeAsIso":
        return datetime.datetime.fromtimestamp(
            value / 1000, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M")
    if unit == "s":
        return in_seconds(value)
    if unit == "bytes":
        return in_bytes(value)
    text = f"{value:,.{decimals}f}" if decimals is not None else shortened(value)
    return text + {"ops": " /s", "reqps": " /s"}.get(unit, "")


def step_color(defaults, value):
    color = "green"
    for step in defaults["thresholds"]["steps"]:
        if step["value"] is None or value >= step["value"]:
            color = step["color"]
    return COLORS[color]


def word(defaults, value):
    """The mapped word of a value with its colour; nil when none is mapped."""
    for one in defaults.get("mappings", []):
        found = one["options"].get(f"{value:g}")
        if found:
            return found["text"], COLORS[found["color"]]
    return None


class Drawing:
    """SVG elements of one picture."""

    def __init__(self, width, height):
        self.size = (width, height)
        self.parts = []

    def text(self, x, y, text, size=12, color="#ccccdc", anchor="start", weight=400):
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{color}" '
            f'text-anchor="{anchor}" font-weight="{weight}">{escape(str(text))}</text>')

    def box(self, x, y, width, height, color, radius=0):
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" '
            f'height="{max(height, 0):.1f}" fill="{color}" rx="{radius}"/>')

    def line(self, points, color, width=1.5):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(
            f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="{width}"/>')

    def arc(self, x, y, radius, begin, end, color, width):
        """A part of a circle from one angle to another, in turns from the top, clockwise."""
        end = min(end, begin + 0.9999)
        points = [
            (x + radius * math.sin(turn * 2 * math.pi), y - radius * math.cos(turn * 2 * math.pi))
            for turn in (begin, end)]
        large = 1 if end - begin > 0.5 else 0
        (ax, ay), (bx, by) = points
        self.parts.append(
            f'<path d="M{ax:.1f},{ay:.1f} A{radius:.1f},{radius:.1f} 0 {large} 1 '
            f'{bx:.1f},{by:.1f}" fill="none" stroke="{color}" stroke-width="{width:.1f}"/>')

    def document(self, title):
        width, height = self.size
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="Inter, DejaVu Sans, sans-serif" '
            f'role="img"><title>{escape(title)}</title>'
            f'<rect width="{width}" height="{height}" fill="#111217"/>\n'
            + "\n".join(self.parts) + "\n</svg>\n")


def draw_gauge(drawing, panel, data, x, y, width, height):
    value = data[0][1][-1][1]
    defaults = panel["fieldConfig"]["defaults"]
    radius = min(width / 2, height * 0.62) - 26
    cx, cy = x + width / 2, y + height * 0.62
    steps = [step["value"] or 0 for step in defaults["thresholds"]["steps"]] + [1]
    for step, end in zip(defaults["thresholds"]["steps"], steps[1:]):
        begin = step["value"] or 0
        drawing.arc(
            cx, cy, radius + 14, (begin - 0.5) * 0.66, (end - 0.5) * 0.66,
            COLORS[step["color"]], 4)
    drawing.arc(cx, cy, radius, -0.33, 0.33, "#2c3235", 20)
    color = step_color(defaults, value)
    drawing.arc(cx, cy, radius, -0.33, (min(value, 1) - 0.5) * 0.66, color, 20)
    text = formatted(value, defaults["unit"], defaults.get("decimals"))
    drawing.text(cx, cy + 14, text, 32, color, "middle", 600)


def draw_stat(drawing, panel, data, x, y, width, height):
    defaults = panel["fieldConfig"]["defaults"]
    target = panel["targets"][0]
    labels, points = data[0]
    value = points[-1][1]
    text = formatted(value, defaults["unit"], defaults.get("decimals"))
    color = step_color(defaults, value)
    mapped = word(defaults, value)
    if mapped:
        text, color = mapped
    mode = panel["options"]["textMode"]
    name = legend(target, labels)
    if mode == "name":
        text = name
    size = min(30, width / max(len(text), 4) * 1.55)
    if mode == "value_and_name":
        drawing.text(x + width / 2, y + height * 0.38, name, 14, "#ccccdc", "middle")
        drawing.text(x + width / 2, y + height * 0.80, text, size, color, "middle", 600)
    else:
        drawing.text(x + width / 2, y + height * 0.66, text, size, color, "middle", 600)


def scale(high):
    """The upper end of an axis and its step: a round one, of which three to five fit."""
    if high <= 0:
        return 1, 0.5
    power = 10 ** math.floor(math.log10(high / 4))
    step = next(factor * power for factor in [1, 2, 5, 10] if high <= factor * power * 5.0001)
    return math.ceil(high / step - 0.0001) * step, step


def draw_axis(drawing, high, step, unit, x, y, width, height):
    for number in range(round(high / step) + 1):
        at = y + height - height * number * step / high
        drawing.line([(x, at), (x + width, at)], "#2c3235", 1)
        drawing.text(x - 6, at + 4, formatted(number * step, unit), 10, "#8e8e9a", "end")


def draw_legend(drawing, names, x, y, width):
    place = x
    for name in names:
        room = int((x + width - place - 20) / 6)
        if room < len(name):
            name = name[:room - 1] + "…" if place == x and room > 4 else "…"
            drawing.text(place, y - 2, name, 11, "#a0a0ac")
            return
        need = 20 + 6.0 * len(name)
        drawing.box(place, y - 8, 12, 4, named_color(name), 1)
        drawing.text(place + 16, y - 2, name, 11, "#a0a0ac")
        place += need + 8


def draw_bars(drawing, panel, data, x, y, width, height):
    values = {}
    for labels, points in data:
        values.setdefault(labels["day"], {})[labels["product"]] = points[-1][1]
    products = sorted({product for one in values.values() for product in one})
    high, step = scale(max(sum(one.values()) for one in values.values()))
    px, pw, ph = x + 56, width - 250, height - 44
    draw_axis(drawing, high, step, "short", px, y, pw, ph)
    space = pw / len(values)
    for number, day in enumerate(sorted(values)):
        at = y + ph
        for product in products:
            bar = ph * values[day].get(product, 0) / high
            at -= bar
            drawing.box(px + space * number + space * 0.1, at, space * 0.8, bar,
                        named_color(product))
        drawing.text(px + space * (number + 0.5), y + ph + 16, day[5:], 10, "#8e8e9a", "middle")
    for number, product in enumerate(products):
        row = y + 18 + 24 * number
        drawing.box(x + width - 172, row - 9, 12, 10, named_color(product), 2)
        drawing.text(x + width - 154, row, product, 12)
        total = sum(one.get(product, 0) for one in values.values())
        drawing.text(x + width - 6, row, shortened(total), 12, "#ccccdc", "end")


def draw_pie(drawing, panel, data, x, y, width, height):
    named = sorted((legend(panel["targets"][0], labels), points[-1][1]) for labels, points in data)
    whole = sum(value for _, value in named) or 1
    radius, begin = min(height / 2 - 24, width * 0.2), 0
    for number, (name, value) in enumerate(named):
        share = value / whole
        drawing.arc(x + radius + 22, y + height / 2, radius, begin, begin + share,
                    named_color(name), 26)
        begin += share
        row = y + height / 2 - 12 * len(named) + 24 * number + 12
        drawing.box(x + width * 0.53, row - 9, 12, 10, named_color(name), 2)
        drawing.text(x + width * 0.53 + 18, row, name, 12)
        drawing.text(x + width - 4, row, f"{shortened(value)}  {share:.0%}", 12, anchor="end")


def draw_series(drawing, panel, data, x, y, width, height):
    defaults = panel["fieldConfig"]["defaults"]
    unit = defaults["unit"]
    stacked = defaults["custom"]["drawStyle"] == "bars"
    named = sorted(
        ((legend(target, labels), points) for target, labels, points in data),
        key=lambda one: one[0])
    times = sorted({at for _, points in named for at, _ in points})
    totals = {at: 0.0 for at in times}
    for _, points in named:
        for at, value in points:
            if not math.isnan(value):
                totals[at] = totals[at] + value if stacked else max(totals[at], value)
    # Bytes are counted in twos: a round number of MiB is one of these.
    size = 2 ** 20 if unit == "bytes" else 1
    high, step = (number * size for number in scale(max(totals.values()) / size))
    px, pw, ph = x + 58, width - 66, height - 48
    draw_axis(drawing, high, step, unit, px, y, pw, ph)
    span = max(times[-1] - times[0], 1)
    base = {at: 0.0 for at in times}
    for name, points in named:
        places = []
        for at, value in points:
            if math.isnan(value):
                continue
            left, top = px + pw * (at - times[0]) / span, value + base[at]
            if stacked:
                bar = pw / len(times)
                drawing.box(min(left, px + pw - bar), y + ph - ph * top / high, bar * 0.8,
                            ph * value / high, named_color(name))
                base[at] = top
            places.append((left, y + ph - ph * min(top, high) / high))
        if not stacked and places:
            drawing.line(places if len(places) > 1 else places * 2, named_color(name), 2)
    for at, anchor in [(times[0], "start"), (times[-1], "end")]:
        text = datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%H:%M:%S")
        drawing.text(px if anchor == "start" else px + pw, y + ph + 14, text, 10, "#8e8e9a", anchor)
    draw_legend(drawing, [name for name, _ in named], px, y + height - 4, pw)


def runs(points, times):
    """(begin, end, value) of each stretch of one value; a series that pauses ends its stretch."""
    step = times[1] - times[0] if times[1:] else 1
    found = []
    for at, value in points:
        end = min(at + step, times[-1])
        if found and found[-1][2] == value and at - found[-1][1] < step / 2:
            found[-1] = (found[-1][0], end, value)
        else:
            found.append((at, end, value))
    return found


def draw_states(drawing, panel, data, x, y, width, height):
    defaults = panel["fieldConfig"]["defaults"]
    named = sorted((legend(target, labels), points) for target, labels, points in data)
    times = sorted({at for _, points in named for at, _ in points})
    span = max(times[-1] - times[0], 1)
    name_width = min(max(len(name) for name, _ in named) * 6.4 + 10, width * 0.55)
    px, pw = x + name_width, width - name_width - 6
    row = min((height - 30) / len(named), 46)
    for number, (name, points) in enumerate(named):
        top = y + row * number
        drawing.text(px - 8, top + row * 0.58, name, 11, anchor="end")
        for begin, end, value in runs(points, times):
            left = px + pw * (begin - times[0]) / span
            right = px + pw * (end - times[0]) / span
            mapped = word(defaults, value)
            drawing.box(left, top + row * 0.14, right - left, row * 0.72,
                        mapped[1] if mapped else COLORS["blue"])
    place = px
    for text, color in [
            (one["text"], COLORS[one["color"]])
            for mapping in defaults["mappings"] for one in mapping["options"].values()]:
        drawing.box(place, y + height - 14, 12, 8, color, 2)
        drawing.text(place + 18, y + height - 6, text, 11, "#a0a0ac")
        place += 40 + 7 * len(text)


def draw_panel(drawing, panel, url, options, x, y, width, height):
    drawing.box(x, y, width, height, "#181b1f", 3)
    drawing.text(x + 10, y + 19, panel["title"], 12.5, "#ccccdc", weight=600)
    inner = (x + 10, y + 30, width - 20, height - 38)
    data = [
        (target, labels, points) for target in panel["targets"]
        for labels, points in series(
            url, target, options.organization, options.seconds, options.seconds / 60)]
    if not data:
        drawing.text(x + width / 2, y + height / 2, "no data", 14, "#8e8e9a", "middle")
        return
    single = [(labels, points) for _, labels, points in data]
    kinds = {
        "gauge": (draw_gauge, single), "stat": (draw_stat, single), "barchart": (draw_bars, single),
        "piechart": (draw_pie, single), "timeseries": (draw_series, data),
        "state-timeline": (draw_states, data),
    }
    draw, content = kinds[panel["type"]]
    draw(drawing, panel, content, *inner)


def picture(board, options):
    bottom = max(one["gridPos"]["y"] + one["gridPos"]["h"] for one in board["panels"])
    drawing = Drawing(24 * COLUMN + GAP, bottom * LINE + 44)
    now = datetime.datetime.now(datetime.timezone.utc)
    drawing.text(12, 27, board["title"], 18, "#ffffff", weight=600)
    drawing.text(
        24 * COLUMN - 6, 27, f"{options.organization} · {now:%Y-%m-%d %H:%M} UTC", 13, "#a0a0ac",
        "end")
    for panel in board["panels"]:
        place = panel["gridPos"]
        x, y = place["x"] * COLUMN + GAP, place["y"] * LINE + 40
        if panel["type"] == "row":
            drawing.text(x + 4, y + 22, "▾ " + panel["title"], 14, "#ccccdc", weight=600)
            continue
        draw_panel(
            drawing, panel, options.url, options, x, y, place["w"] * COLUMN - GAP,
            place["h"] * LINE - GAP)
    return drawing.document(board["title"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", required=True)
    parser.add_argument("--organization", default="acme")
    parser.add_argument("--seconds", type=float, default=120)
    options = parser.parse_args()
    for name, board in dashboards():
        path = HERE / "previews" / name.replace(".json", ".svg")
        path.write_text(picture(board, options))
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
