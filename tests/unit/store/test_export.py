"""What is exported is taken in again as it was, and is read by others."""

from __future__ import annotations

import json
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aztui.core.events import Cause, Ended, FinishReason, RunId, TextDelta
from aztui.core.history import Asked, Bookmarked, Draft, Drafted, HistoryError, Named
from aztui.core.manuscript import NO_PAGE, Stretch, Written
from aztui.core.ports import Begun
from aztui.core.profile import Endpoint, Profile
from aztui.core.request import Api, Message, Request, compose
from aztui.core.run import Run
from aztui.core.tree import SessionId, turns
from aztui.store import writing
from aztui.store.database import connect, connect_to_read, transaction
from aztui.store.deleting import delete
from aztui.store.exporting import Format, export
from aztui.store.files import write_file
from aztui.store.importing import take_in
from aztui.store.library import open_library
from aztui.store.wire import Entry
from tests.support.runs import histories, params, requests, texts

PROFILE = Profile(
    "work", Endpoint("https://contoso.openai.azure.com", "2024-10-21"), None, "", Api.CHAT
)
DONE: list[Entry] = [(0.8, FinishReason(0, "stop")), (0.9, Ended(Cause.CLOSED))]


@st.composite
def kept_sessions(
    draw: st.DrawFn,
) -> list[tuple[str, list[tuple[Request, int | None, list[Entry]]]]]:
    """Sessions: a name, and requests, which earlier one each follows, and what came of it."""
    return [
        (
            draw(texts),
            [
                (
                    draw(requests),
                    draw(st.none() | st.integers(0, at - 1)) if at else None,
                    draw(histories(over=draw(st.booleans()))),
                )
                for at in range(draw(st.integers(0, 4)))
            ],
        )
        for _ in range(draw(st.integers(1, 3)))
    ]


stretches = st.lists(st.integers(1, 5), max_size=4).map(
    lambda lengths: tuple(Stretch(length, bool(at % 2)) for at, length in enumerate(lengths))
)
pages = st.just(NO_PAGE) | st.builds(
    Written, texts.filter(bool), stretches, st.integers(0, 9), st.none() | st.just(RunId("s0-0"))
)
drafts = st.builds(
    Draft,
    texts,
    st.tuples(st.integers(0, 9), st.integers(0, 9)),
    st.builds(Asked, texts, texts, st.sampled_from(Api)),
    params,
    st.none() | texts,
    pages,
)


def write(
    path: Path,
    sessions: list[tuple[str, list[tuple[Request, int | None, list[Entry]]]]],
    draft: Draft | None = None,
) -> None:
    with closing(connect(path)) as connection, transaction(connection):
        for place, (name, runs) in enumerate(sessions):
            uid = SessionId(f"s{place}")
            writing.change(connection, Drafted(uid, draft), 5.0, "me")
            for at, (request, parent, came) in enumerate(runs):
                begin(connection, uid, request, at, parent=parent, came=came)
            writing.change(connection, Named(uid, name), 5.0, "me")


def begin(
    connection: sqlite3.Connection,
    uid: SessionId,
    request: Request,
    at: int,
    *,
    parent: int | None,
    came: list[Entry],
) -> None:
    run = Run(
        RunId(f"{uid}-{at}"), request, 100.0, continues=bool(at % 2), given=at, counted=2 * at
    )
    before = None if parent is None else RunId(f"{uid}-{parent}")
    number = writing.begin(connection, Begun(uid, run, before, PROFILE), 1_800_000_000.5 + at, "me")
    if came:
        writing.append(connection, number, came)
        if isinstance(came[-1][1], Ended):
            writing.close(connection, writing.over(connection, number))
    writing.change(connection, Bookmarked(run.id, kept=at == 1), 6.0, "me")


def exported(path: Path, form: Format = Format.JSON, branch: str | None = None) -> bytes:
    sessions = None if branch is None else [SessionId(branch.partition("-")[0])]
    return b"".join(export(path, sessions, form, None if branch is None else RunId(branch)))


@pytest.fixture
def conversation(path: Path) -> Path:
    """A session: two questions, the second one asked twice; the first of these failed."""
    first = compose(Api.CHAT, "gpt", "Why?\nTell me.", system="Be brief.", params={"stop": "*"})
    answer: list[Entry] = [(0.5, TextDelta(0, "Because\n\n```py\nso()")), *DONE]
    path.parent.mkdir()
    write(path, [("", [(first, None, answer)])])
    with open_library(path) as library:
        asked = library.open(SessionId("s0")).session
    second = compose(
        Api.CHAT, "mini", "And then?", system="Be brief.", turns=turns(asked.path(RunId("s0-0")))
    )
    with closing(connect(path)) as connection, transaction(connection):
        begin(connection, asked.id, second, 1, parent=0, came=[(0.1, Ended(Cause.CANCELLED))])
        begin(
            connection, asked.id, second, 2, parent=0, came=[(0.5, TextDelta(0, "Nothing.")), *DONE]
        )
    return path


@settings(deadline=None)
@given(kept_sessions(), st.none() | drafts)
def test_what_is_exported_deleted_and_taken_in_is_exported_as_it_was(
    sessions: list[tuple[str, list[tuple[Request, int | None, list[Entry]]]]], draft: Draft | None
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "history.db"
        write(path, sessions, draft)
        before = exported(path)
        with open_library(path) as library:
            kept = [library.open(uid) for uid in library.all_sessions()]
        assert not delete(path, None).open
        assert json.loads(exported(path))["sessions"] == []
        take_in(path, before)
        assert exported(path) == before
        with open_library(path) as library:
            assert [library.open(uid) for uid in library.all_sessions()] == kept
        with closing(connect_to_read(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_it_is_the_same_beside_a_session_that_shares_its_turns(path: Path) -> None:
    said = [Message("user", text) for text in ("a", "b", "c")]
    long = Request(Api.CHAT, "gpt", (*said, Message("user", "d")))
    other = Request(Api.CHAT, "gpt", (*said[:2], Message("user", "d")))
    path.parent.mkdir()
    write(path, [("", [(other, None, DONE), (long, None, DONE)]), ("", [(long, None, DONE)])])
    before = exported(path)
    delete(path, [SessionId("s0")])
    assert take_in(path, before).there == ("s1",)
    assert exported(path) == before


def test_a_later_version_of_the_format_is_refused(path: Path) -> None:
    with pytest.raises(HistoryError, match="later version of aztui"):
        take_in(path, b'{"format":"aztui-history","version":2,"sessions":[]}')


def changed(data: bytes, old: str, new: str) -> bytes:
    assert old in data.decode()
    return data.decode().replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('{"format"', '{"form"', 'does not say "format"'),
        ("aztui-history", "history", "its format is 'history'"),
        ('"sessions":[', '"sessions":[{},', "session 1 is damaged.*missing required field"),
        ('"started":1800000000.5', '"started":"now"', "session 1 is damaged.*started"),
        ('"parent":"s0-0"', '"parent":"s9"', "session 1 is damaged.*s0-1 follows a run"),
        ('"turns":2', '"turns":7', "session 1 is damaged.*no turn 7"),
        ('"before":0', '"before":1', "session 1 is damaged.*no turn 1"),
        ("[0.5,0,", '[0.5,"Text",', "session 1 is damaged.*no event 'Text'"),
        ('"params":{', '"params":7,"x":{', "session 1 is damaged.*makes no sense"),
        ('"draft":null', '"draft":{}', "session 1 is damaged.*draft"),
        ('"id":"s0-1"', '"id":"s0-0"', "session 1 is damaged.*s0-0 is kept in another"),
        ("\n]}", "\n]", "it is no JSON: .*truncated"),
    ],
)
def test_of_a_damaged_file_nothing_is_taken_in(
    conversation: Path, old: str, new: str, words: str
) -> None:
    data = exported(conversation)
    delete(conversation, None)
    empty = exported(conversation)
    with pytest.raises(HistoryError, match=f"^Nothing was imported: .*{words}"):
        take_in(conversation, changed(data, old, new))
    assert exported(conversation) == empty


def test_what_is_there_already_stays(conversation: Path) -> None:
    data = exported(conversation)
    taken = take_in(conversation, changed(data, '"name":""', '"name":"Another"'))
    assert (taken.new, taken.there) == ((), ("s0",))
    assert exported(conversation) == data


def test_a_branch_is_the_path_to_a_run(conversation: Path) -> None:
    (only,) = json.loads(exported(conversation, branch="s0-2"))["sessions"]
    assert [run["id"] for run in only["runs"]] == ["s0-0", "s0-2"]
    (only,) = json.loads(exported(conversation, branch="s0-0"))["sessions"]
    assert ([run["id"] for run in only["runs"]], len(only["turns"])) == (["s0-0"], 1)
    with pytest.raises(HistoryError, match="The run s0-7 is not in the session s0"):
        exported(conversation, branch="s0-7")


def test_a_line_of_jsonl_is_a_conversation(conversation: Path) -> None:
    assert [json.loads(line) for line in exported(conversation, Format.JSONL).splitlines()] == [
        {
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "Why?\nTell me."},
                {"role": "assistant", "content": "Because\n\n```py\nso()"},
                {"role": "user", "content": "And then?"},
                {"role": "assistant", "content": "Nothing."},
            ]
        }
    ]


def test_legacy_completions_are_a_line_each(path: Path) -> None:
    path.parent.mkdir()
    came: list[Entry] = [(0.5, TextDelta(0, " a time")), *DONE]
    once = compose(Api.COMPLETIONS, "davinci", "Once upon")
    write(path, [("", [(once, None, came), (once, 0, came)])])
    assert len(exported(path, Format.JSONL).splitlines()) == 2


def test_markdown_can_be_read(conversation: Path) -> None:
    shown = exported(conversation, Format.MARKDOWN).decode()
    for part in (
        "# Why? Tell me.\n\nSession s0, begun ",
        "System prompt:\n\n> Be brief.\n\n> Why?\n> Tell me.\n\nBecause\n\n```py\nso()\n```\n\n",
        '*done (stop) · work, chat · {"stop":"\\*"}* `s0-0`',
        "## 2. mini, ",
        "(after 1)",
        "*stopped by you · work, chat · bookmarked* `s0-1`",
    ):
        assert part in shown
    assert shown.count("System prompt") == 1
    assert shown.count("(after") == 1


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "out.md"

    def failing() -> Iterator[bytes]:
        yield b"half"
        assert not file.exists()
        raise HistoryError("no more")

    with pytest.raises(HistoryError):
        write_file(file, failing(), force=False)
    assert list(tmp_path.iterdir()) == []
    write_file(file, [b"one"], force=False)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        write_file(file, [b"two"], force=False)
    with pytest.raises(HistoryError):
        write_file(file, failing_after(b"half"), force=True)
    assert file.read_bytes() == b"one"
    write_file(file, [b"t", b"wo"], force=True)
    assert file.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [file]
    with pytest.raises(OSError, match="no file"):
        write_file(Path("/dev/null"), [b"x"], force=True)


def failing_after(piece: bytes) -> Iterator[bytes]:
    yield piece
    raise HistoryError("no more")


def test_a_file_that_comes_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "out.md"

    def pieces() -> Iterator[bytes]:
        yield b"ours"
        file.write_bytes(b"theirs")

    with pytest.raises(FileExistsError):
        write_file(file, pieces(), force=False)
    assert file.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [file]
