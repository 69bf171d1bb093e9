"""Draws one answer: the characters that the model has sent and those that can be seen, over time."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.stage import Lags

TITLE = "One answer: characters sent by the model and characters visible on Discord, over time"
WIDTH, HEIGHT = 760, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 20, 44, 44
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #57606a }
  .axis { stroke: #8c959f; stroke-width: 1 }
  .grid { stroke: #8c959f; stroke-opacity: .25; stroke-width: 1 }
  .sent { fill: none; stroke: #8250df; stroke-width: 2; stroke-dasharray: 4 3 }
  .seen { fill: none; stroke: #1a7f37; stroke-width: 2.5 }
  .late { fill: #1a7f37; fill-opacity: .12; stroke: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1 }
    .sent { stroke: #ab7df8 }
    .seen { stroke: #3fb950 }
    .late { fill: #3fb950 }
  }
"""


def draw(answer: Lags, path: Path) -> None:
    """Write the picture as SVG, fit for light and dark pages."""
    end, most = answer.seen[-1]
    scale = _Scale(end, most)
    sent = [scale.point(*moment) for moment in (*answer.sent[::20], answer.sent[-1])]
    seen = [scale.point(*moment) for moment in _steps(answer.seen)]
    floor = HEIGHT - BOTTOM
    body = [
        *(_second(scale.point(second, 0)[0], floor, second) for second in range(int(end) + 1)),
        f'<path class="late" d="{_path([*seen, *reversed(sent)])} Z"/>',
        f'<path class="sent" d="{_path(sent)}"/>',
        f'<path class="seen" d="{_path(seen)}"/>',
        f'<line class="axis" x1="{LEFT}" y1="{floor}" x2="{WIDTH - RIGHT}" y2="{floor}"/>',
        f'<text x="{LEFT - 8}" y="{TOP + 4}" text-anchor="end">{most}</text>',
        f'<text x="{LEFT - 8}" y="{floor + 4}" text-anchor="end">0</text>',
        *_legend(answer.mean),
    ]
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">\n'
        f"<title>{TITLE}</title>\n<style>{STYLE}</style>\n" + "\n".join(body) + "\n</svg>\n",
        encoding="utf-8",
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where seconds and characters lie on the picture."""

    end: float
    most: int

    def point(self, moment: float, characters: float) -> tuple[float, float]:
        x = LEFT + moment / self.end * (WIDTH - LEFT - RIGHT)
        return x, HEIGHT - BOTTOM - characters / self.most * (HEIGHT - TOP - BOTTOM)


def _second(x: float, floor: int, second: int) -> str:
    return (
        f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{floor}"/>'
        f'<text x="{x:.1f}" y="{floor + 18}" text-anchor="middle">{second} s</text>'
    )


def _legend(mean: float) -> list[str]:
    return [
        f'<line class="sent" x1="{LEFT}" y1="20" x2="{LEFT + 28}" y2="20"/>',
        f'<text x="{LEFT + 34}" y="24">characters sent by the model</text>',
        f'<line class="seen" x1="{LEFT + 240}" y1="20" x2="{LEFT + 268}" y2="20"/>',
        f'<text x="{LEFT + 274}" y="24">characters visible on Discord, {mean:.2f} s later on average</text>',
    ]


def _steps(moments: Iterable[tuple[float, int]]) -> Iterable[tuple[float, int]]:
    """Yield the corners of a staircase."""
    height = 0
    for moment, characters in moments:
        yield moment, height
        yield moment, characters
        height = characters


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
