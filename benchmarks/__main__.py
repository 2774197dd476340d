"""`python -m benchmarks [--quick] [NAME …]`: measure, and print tables.

Nothing here passes or fails: figures of a shared machine are read, not obeyed. What counts are
the ratios to the floors, which are measured in the same run, turn by turn.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from typing import Final

FIGURES: Final = (
    "first_paint",
    "cpu_per_token",
    "bytes_per_token",
    "token_to_screen",
    "send",
    "stop",
    "idle",
)


def main() -> None:
    """Print the tables of the figures that are asked for, or of all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="NAME", help=", ".join(FIGURES))
    parser.add_argument("--quick", action="store_true", help="few rounds, rough figures")
    arguments = parser.parse_args()
    if unknown := set(arguments.figures) - set(FIGURES):
        parser.error(
            f"no figure called {', '.join(sorted(unknown))}; there are {', '.join(FIGURES)}"
        )
    for name in arguments.figures or FIGURES:
        figure = importlib.import_module(f"benchmarks.{name}")
        sys.stdout.write(f"{figure.measure(quick=arguments.quick)}\n\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
