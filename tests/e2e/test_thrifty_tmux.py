"""tmux shows the same of what our driver writes as of what Textual's would."""

from __future__ import annotations

import random
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from textual.app import App

from aztui.terminal.abilities import abilities
from aztui.terminal.cells import BLANK, Row, read
from aztui.terminal.painter import Painter
from tests.support.frames import Glyph, Line, layout
from tests.support.markdown_scenes import EXPLAIN, MARKDOWN_SCENES
from tests.support.pictures import CHAT, INSTRUCT, SCENES, Stage, talk
from tests.support.recording import Recording, recorded
from tests.support.tmux import Tmux, needs_tmux

pytestmark = needs_tmux

TERMS: Final = ("tmux-256color", "screen-256color", "linux", "vt100", "unknown")
COLUMNS, ROWS = 80, 24
_STYLES: Final = (
    "",
    "1",
    "2",
    "1;2",
    "3",
    "4",
    "7",
    "9",
    "31",
    "1;31;44",
    "38;5;208",
    "2;7;48;5;17",
)
_LETTERS: Final = "abc  ─é漢"


def shown(tmux: Tmux, written: Sequence[str], folder: Path) -> tuple[list[Row], str]:
    """What the pane shows, with all attributes, and where the cursor is, after `written`."""
    file = folder / "written"
    file.write_text("\x1b[?1049h\x1b[?7l" + "".join(written))
    channel = f"shown{random.random()}"  # noqa: S311 - a name
    tmux("respawn-pane", "-k", f"cat {shlex.quote(str(file))}; tmux wait-for -S {channel}; cat")
    tmux("wait-for", channel)
    pane = tmux("capture-pane", "-e", "-p", "-N")
    return read_pane(pane), tmux("display-message", "-p", "#{cursor_x},#{cursor_y}")


def read_pane(pane: str) -> list[Row]:
    """The cells that tmux tells of; it says what changes from one to the next, across rows."""
    rows, said = [], ""
    for line in pane.splitlines():
        row = read(said + line)
        rows.append(row + (BLANK,) * (COLUMNS - len(row)))
        said += "".join(re.findall("\x1b\\[[0-9;]*m", line))
    return rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("frames")


async def play(stage: Stage, scene: Any, monkeypatch: pytest.MonkeyPatch) -> Recording:
    """Record a scene that is drawn without a terminal."""
    recordings: dict[App[Any], Recording] = {}
    monkeypatch.setattr(App, "_display", recorded(recordings, App._display))
    async with stage.app.run_test(size=(COLUMNS, ROWS)) as pilot:
        await scene(stage, pilot)
        await pilot.pause()
        return recordings[stage.app]


SEEN: Final = {
    **{name: (CHAT if name.startswith("para") else INSTRUCT, SCENES[name]) for name in SCENES},
    **{f"markdown-{name}": (EXPLAIN, scene) for name, scene in MARKDOWN_SCENES.items()},
    "talk": (INSTRUCT, talk),
}


@pytest.mark.parametrize("name", SEEN)
async def test_every_screen(
    tmux: Tmux, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile, scene = SEEN[name]
    recording = await play(Stage(profile), scene, monkeypatch)
    assert shown(tmux, recording.painted, folder) == shown(tmux, recording.frames, folder)


def some_line(chance: random.Random) -> Line:
    line: list[Glyph] = []
    room = COLUMNS
    while room > 2 and chance.random() < 0.9:
        sgr = chance.choice(_STYLES)
        for _ in range(chance.randint(1, min(20, room - 1))):
            glyph = Glyph(chance.choice(_LETTERS), sgr)
            if glyph.width <= room - 1:
                line.append(glyph)
                room -= glyph.width
    return (*line, *[Glyph(" ", "")] * room)


def some_frames(chance: random.Random) -> list[str]:
    """Frames in which rows change, and move."""
    lines = [some_line(chance) for _ in range(ROWS)]
    frames = [layout(lines, (0, 0))]
    for _ in range(40):
        top = chance.randint(0, ROWS - 2)
        bottom = chance.randint(top + 1, ROWS - 1)
        count = chance.randint(1, bottom - top)
        fresh = [some_line(chance) for _ in range(count)]
        moving = lines[top : bottom + 1]
        moving = chance.choice((moving[count:] + fresh, fresh + moving[:-count], fresh))
        lines[top : top + len(moving)] = moving
        cursor = (chance.randrange(COLUMNS), chance.randrange(ROWS))
        frames.append(layout(moving, cursor, y=top))
    return frames


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("seed", range(4))
def test_any_frames(tmux: Tmux, seed: int, term: str, folder: Path) -> None:
    frames = some_frames(random.Random(seed))  # noqa: S311 - the same ones each time
    painter = Painter(abilities(term), COLUMNS, ROWS)
    painted = []
    for frame in frames:
        assert painter.take(frame)
        painted.append(painter.paint())
    assert shown(tmux, painted, folder) == shown(tmux, frames, folder)
