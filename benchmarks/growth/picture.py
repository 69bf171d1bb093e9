"""Draws how much of each limit is taken, by the number of servers, both in powers of ten."""

from collections.abc import Callable, Iterator, Mapping
from math import log10

from benchmarks.growth.plan import Plan, World, plan

TITLE = "How much of each limit is taken in the busiest hour, by the number of servers"
WIDTH, HEIGHT = 760, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 78, 44
SERVERS = (1_000, 1_000_000)
SHARES = (0.01, 10.0)  # what is less or more is not drawn
POINTS = 61  # of a line, which is not smooth where another process or shard comes in
COLOURS = (
    ("#8250df", "#ab7df8"),
    ("#1a7f37", "#3fb950"),
    ("#cf222e", "#ff7b72"),
    ("#9a6700", "#d29922"),
    ("#0969da", "#58a6ff"),
    ("#57606a", "#9198a1"),
)
DASHES = ("none", "none", "none", "6 3", "6 3", "6 3")
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #57606a }
  .grid { stroke: #8c959f; stroke-opacity: .25; stroke-width: 1 }
  .all { stroke: #8c959f; stroke-width: 1.5 }
  path, .line { fill: none; stroke-width: 2.5 }
"""


def drawn(limits: Mapping[str, Callable[[Plan], float]], world: World) -> str:
    """Return the picture as SVG, fit for light and dark pages."""
    light = "".join(f"  .l{at} {{ stroke: {one} }}\n" for at, (one, _) in enumerate(COLOURS))
    dark = "".join(f"    .l{at} {{ stroke: {one} }}\n" for at, (_, one) in enumerate(COLOURS))
    inverted = f"  @media (prefers-color-scheme: dark) {{\n    text {{ fill: #9198a1 }}\n{dark}  }}\n"
    body = [*_grid(), *_legend(list(limits))]
    body += [_line(number, share, world) for number, share in enumerate(limits.values())]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">\n'
        f"<title>{TITLE}</title>\n<style>{STYLE}{light}{inverted}</style>\n" + "\n".join(body) + "\n</svg>\n"
    )


def _x(servers: float) -> float:
    low, high = map(log10, SERVERS)
    return LEFT + (log10(servers) - low) / (high - low) * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    low, high = map(log10, SHARES)
    return HEIGHT - BOTTOM - (log10(share) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)


def _grid() -> Iterator[str]:
    floor = HEIGHT - BOTTOM
    for power in range(3, 7):
        x = _x(10**power)
        yield f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{floor}"/>'
        anchor = "end" if power == 6 else "middle"
        yield f'<text x="{x:.1f}" y="{floor + 20}" text-anchor="{anchor}">{10**power:,} servers</text>'
    for power in range(-2, 2):
        y = _y(10**power)
        kind = "all" if power == 0 else "grid"
        yield f'<line class="{kind}" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{100 * 10**power:,.0f} %</text>'


def _legend(names: list[str]) -> Iterator[str]:
    for at, name in enumerate(names):
        x, y = LEFT + at % 3 * 230, 22 + at // 3 * 24
        dashes = f'stroke-dasharray="{DASHES[at]}"'
        yield f'<line class="line l{at}" {dashes} x1="{x}" y1="{y}" x2="{x + 28}" y2="{y}"/>'
        yield f'<text x="{x + 36}" y="{y + 4}">{name}</text>'


def _line(number: int, share: Callable[[Plan], float], world: World) -> str:
    low, high = map(log10, SERVERS)
    sizes = [10 ** (low + (high - low) * at / (POINTS - 1)) for at in range(POINTS)]
    shares = [(size, share(plan(round(size), world))) for size in sizes]
    points = [(_x(size), _y(part)) for size, part in shares if SHARES[0] <= part <= SHARES[1]]
    way = " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path class="l{number}" stroke-dasharray="{DASHES[number]}" d="M{way}"/>'
