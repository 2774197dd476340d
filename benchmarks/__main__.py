"""`python -m benchmarks [--quick] [--plant] [--write PAGE] [NAME …]`: measure, and print tables.

Nothing here passes or fails: figures of a shared machine are read, not obeyed. What counts are
the ratios to the floors, which are measured in the same run, turn by turn.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks import plant
from benchmarks.goals import Found, summary
from benchmarks.page import put_into
from benchmarks.run import FIGURES, bench, conditions, measure, say
from benchmarks.scale import FULL, QUICK


def main(given: Sequence[str] | None = None) -> None:
    """Print the tables of the figures that are asked for, or of all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="NAME", help=", ".join(FIGURES))
    parser.add_argument("--quick", action="store_true", help="one short round, rough figures")
    parser.add_argument("--plant", action="store_true", help="see whether planted faults are seen")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the last table into a page")
    arguments = parser.parse_args(given)
    if unknown := set(arguments.figures) - set(FIGURES):
        parser.error(
            f"no figure called {', '.join(sorted(unknown))}; there are {', '.join(FIGURES)}"
        )
    if arguments.write and (arguments.quick or arguments.plant or arguments.figures):
        parser.error(
            "--write goes with neither --quick, --plant nor a figure's name: a page holds all "
            "figures, at full size"
        )
    names = arguments.figures or list(FIGURES)
    if arguments.plant:
        say(str(plant.measure(names)))
        return
    scale = QUICK if arguments.quick else FULL
    found: dict[str, Found] = {}
    with bench(scale) as measured:
        for name in names:
            report = measure(name, measured)
            say(f"{report.table}\n")
            found.update(report.found)
    goals = [goal for name in names for goal in FIGURES[name]]
    last = summary(goals, found, scale, conditions(scale))
    say(str(last))
    if arguments.write is not None:
        page = arguments.write.read_text()
        arguments.write.write_text(put_into(page, last))


if __name__ == "__main__":
    main()
