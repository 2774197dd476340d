"""Draws the pictures in docs/: the program itself, headless, with a scripted conversation."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from aztui.core.profile import Profile  # noqa: E402 - the path comes first
from aztui.ui.theme import DARK, LIGHT  # noqa: E402
from tests.support.markdown_scenes import EXPLAIN, MARKDOWN_SCENES, showcase  # noqa: E402
from tests.support.pictures import (  # noqa: E402
    CHAT,
    INSTRUCT,
    LOCAL,
    SCENES,
    THREE,
    Scene,
    Stage,
    several,
    welcome,
)

WIDE: Final = (100, 28)
USUAL: Final = (80, 24)

PICTURES: Final[tuple[tuple[str, Scene, Profile | None, tuple[int, int], str], ...]] = (
    ("screenshot", showcase, EXPLAIN, WIDE, DARK),
    ("screenshots/light", showcase, EXPLAIN, WIDE, LIGHT),
    ("screenshots/finding", MARKDOWN_SCENES["finding"], EXPLAIN, USUAL, DARK),
    ("screenshots/welcome", welcome, None, USUAL, DARK),
    ("screenshots/home", SCENES["empty"], LOCAL, USUAL, DARK),
    ("screenshots/stopped", SCENES["stopped"], INSTRUCT, USUAL, DARK),
    ("screenshots/failed", SCENES["failed"], INSTRUCT, USUAL, DARK),
    ("screenshots/cut-short", SCENES["cut-short"], INSTRUCT, USUAL, DARK),
    ("screenshots/several", several, THREE, USUAL, DARK),
    ("screenshots/help", SCENES["help"], INSTRUCT, USUAL, DARK),
    ("screenshots/parameters", SCENES["parameters"], CHAT, USUAL, DARK),
    ("screenshots/profiles", SCENES["profiles"], INSTRUCT, USUAL, DARK),
    ("screenshots/small", SCENES["streaming"], INSTRUCT, (40, 12), DARK),
)


async def draw(scene: Scene, profile: Profile | None, size: tuple[int, int], theme: str) -> str:
    """Return the picture of a scene as SVG."""
    stage = Stage(profile, theme=theme)
    async with stage.app.run_test(size=size) as pilot:
        await scene(stage, pilot)
        return stage.app.export_screenshot(title="aztui")


def main() -> None:
    """Draw them all."""
    for name, scene, profile, size, theme in PICTURES:
        path = ROOT / "docs" / f"{name}.svg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(asyncio.run(draw(scene, profile, size, theme)), encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
