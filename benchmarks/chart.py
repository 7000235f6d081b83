"""A bar for each scenario and application: how many times the textbook's throughput, with the spread."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from benchmarks.throughput import SCENARIOS, Result

COLOURS = ("#2f6f4f", "#7fb79a", "#b0803a", "#8a5a9e", "#4a6fa5")
LEFT, WIDTH, BAR, GAP = 330, 460, 14, 16


def draw(results: Sequence[Result], labels: Sequence[str], against: str) -> str:
    """Return an SVG that can be read on light and dark pages; lengths are in pixels."""
    drawn = [(result, label) for result in results for label in labels if label in result.turns]
    most = max((result.ratios(label, against).most for result, label in drawn), default=1)
    scale = WIDTH / max(most, 1)
    parts: list[str] = []
    top = 44
    for result in results:
        title = f"{SCENARIOS[result.scenario]}, {result.connections} connections"
        parts.append(_text(LEFT - 8, top + BAR - 3, title, "end"))
        for index, label in enumerate(labels):
            if label not in result.turns:
                continue
            ratios = result.ratios(label, against)
            middle = top + BAR / 2
            colour = COLOURS[index % len(COLOURS)]
            parts += [
                f'<rect x="{LEFT}" y="{top}" width="{ratios.median * scale:.1f}" height="{BAR}" fill="{colour}"/>',
                _line(f"M{LEFT + ratios.least * scale:.1f} {middle}H{LEFT + ratios.most * scale:.1f}"),
                _text(LEFT + ratios.most * scale + 6, top + BAR - 3, f"{ratios.median:.2f}", "start"),
            ]
            top += BAR + 2
        top += GAP
    line = LEFT + scale
    parts.append(_line(f"M{line:.1f} 36V{top - GAP}"))
    parts.append(_text(line, 30, f"{against} = 1", "middle"))
    for index, label in enumerate(labels):
        x = 10 + index * 170
        parts.append(f'<rect x="{x}" y="6" width="12" height="12" fill="{COLOURS[index % len(COLOURS)]}"/>')
        parts.append(_text(x + 18, 16, label, "start"))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 60} {top}" '
    style = 'font-family="sans-serif" font-size="12" fill="#808080" role="img">'
    name = f"<title>Throughput, times that of the {escape(against)}</title>"
    return "\n".join([head + style, name, *parts, "</svg>", ""])


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _line(path: str) -> str:
    return f'<path d="{path}" stroke="#808080" stroke-width="2"/>'
