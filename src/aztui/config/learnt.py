"""What deployments have taught, in one JSON file that several processes may use at once.

It may be lost at any time: whatever it says is learnt again. So a file that is missing, broken or
written by a later version says nothing, and where it cannot be written nothing happens.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeAlias

from aztui.config import jsonfile
from aztui.config.errors import SettingsError
from aztui.core.data import dataclass
from aztui.core.lessons import UNKNOWN, Learnt, Refused, Subject
from aztui.core.request import Api, Json

WEEK: Final = 7 * 86_400.0
"""Seconds after which a lesson is forgotten: deployments are changed, and models updated."""
MOST: Final = 200
"""Subjects that are kept, those learnt about last."""
MOST_REFUSED: Final = 20
"""Refusals that are kept of each, the latest."""

_VERSION: Final = 1
_SKEW: Final = 60.0
"""Seconds by which a clock may have been set back."""
_PATIENCE: Final = 0.5
"""Seconds to wait for another process that writes."""
_FACTS: Final[Mapping[str, type]] = {
    "model": str,
    "answers": bool,
    "usage": bool,
    "logprobs": bool,
    "reasons": bool,
    "context": int,
    "input": int,
}

_Lesson: TypeAlias = dict[str, Any]
"""One thing that was learnt, as the file says it: `about`, `value`, and `at`, its time."""
_File: TypeAlias = dict[Subject, list[_Lesson]]


class _NewerError(Exception):
    """The file is a later version's."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known about one subject.

    Attributes:
        subject: what it is about.
        learnt: what is known.
        at: when the latest of it was learnt, in seconds since 1970.
    """

    subject: Subject
    learnt: Learnt
    at: float


class LearntFile:
    """A `core.ports.Memory` in a file.

    Args:
        path: the file; neither it nor its folder need exist.
        clock: seconds since 1970.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()

    def recall(self, subject: Subject) -> Learnt:
        """What is known; `UNKNOWN` where nothing is, or where the file cannot be read."""
        try:
            return _learnt(self._read().get(subject, ()))
        except _NewerError:
            return UNKNOWN

    def note(self, subject: Subject, learnt: Learnt) -> None:
        """Remember it in place of what was known; where it cannot be kept, nothing happens.

        What another process has learnt about the same model meanwhile stays.
        """
        with contextlib.suppress(OSError, _NewerError), self._alone():
            file = self._read()
            before = file.pop(subject, [])
            file[subject] = self._dated(_merged(_learnt(before), learnt), before)
            self._write(file)

    def entries(self) -> tuple[Entry, ...]:
        """All that is known, the latest last."""
        try:
            file = self._read()
        except _NewerError:
            return ()
        found = (
            Entry(subject, _learnt(lessons), _latest(lessons)) for subject, lessons in file.items()
        )
        return tuple(sorted(found, key=lambda entry: entry.at))

    def forget(self, endpoint: str, deployment: str | None = None) -> int:
        """Forget a deployment, or all of an endpoint's.

        Args:
            endpoint: the endpoint's URL.
            deployment: the deployment's name; None for all.

        Returns:
            How many subjects were forgotten.

        Raises:
            SettingsError: the file cannot be written, or is a later version's.
        """

        def meant(subject: Subject) -> bool:
            return subject.endpoint == endpoint and deployment in {None, subject.deployment}

        try:
            if not any(meant(subject) for subject in self._read()):
                return 0
            with self._alone():
                file = self._read()
                kept = {subject: what for subject, what in file.items() if not meant(subject)}
                self._write(kept)
                return len(file) - len(kept)
        except _NewerError:
            why = "it was written by a later version of aztui"
        except OSError as error:
            why = error.strerror or str(error)
        raise SettingsError(f"{self._path} cannot be changed: {why}. Nothing was forgotten.")

    def _read(self) -> _File:
        said = jsonfile.read(self._path)
        if not isinstance(said, dict):
            return {}
        version, entries = said.get("version"), said.get("entries")
        if isinstance(version, int) and version > _VERSION:
            raise _NewerError
        file: _File = {}
        for entry in entries if version == _VERSION and isinstance(entries, list) else ():
            subject, lessons = _subject(entry), self._fresh(entry)
            if subject is not None and lessons:
                file[subject] = lessons
        return file

    def _fresh(self, entry: object) -> list[_Lesson]:
        """The lessons of an entry that are neither too old nor nonsense."""
        now = self._clock()
        match entry:
            case {"lessons": [*lessons]}:
                return [
                    lesson
                    for lesson in lessons
                    if _sensible(lesson) and now - WEEK < lesson["at"] <= now + _SKEW
                ]
            case _:
                return []

    def _write(self, file: _File) -> None:
        latest = sorted(file.items(), key=lambda item: _latest(item[1]))[-MOST:]
        entries = [{**_members(subject), "lessons": lessons} for subject, lessons in latest]
        jsonfile.write(self._path, {"version": _VERSION, "entries": entries})

    def _dated(self, learnt: Learnt, before: Iterable[_Lesson]) -> list[_Lesson]:
        """The lessons of `learnt`; those that were known keep their time."""
        now, known = self._clock(), list(before)

        def since(about: str, value: Json) -> float:
            times = (
                lesson["at"]
                for lesson in known
                if (lesson["about"], lesson["value"]) == (about, value)
            )
            return next(times, now)

        return [
            {"about": about, "value": value, "at": since(about, value)}
            for about, value in _said(learnt)
        ]

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other threads and processes from writing.

        Raises:
            OSError: there can be no such folder, or another process does not let go of it.
        """
        folder = self._path.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._lock:
            # The file itself is replaced, and a lock on it with it; its folder stays.
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                _take(handle)
                yield
            finally:
                os.close(handle)


def _take(handle: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        except OSError:
            return  # a file system without locks; what is lost is learnt again
        else:
            return


def _merged(before: Learnt, learnt: Learnt) -> Learnt:
    both = Learnt() if learnt.model and before.model != learnt.model else before
    for lesson in learnt.refused:
        both = both.refusing(lesson)
    return replace(learnt, refused=both.refused[-MOST_REFUSED:])


def _said(learnt: Learnt) -> Iterator[tuple[str, Json]]:
    for about in _FACTS:
        value = getattr(learnt, about)
        if value not in {None, ""}:
            yield about, value
    for one in learnt.refused:
        yield (
            "refused",
            {"param": one.param, "value": one.value, "instead": one.instead, "words": one.words},
        )


def _learnt(lessons: Iterable[_Lesson]) -> Learnt:
    facts = {one["about"]: one["value"] for one in lessons if one["about"] in _FACTS}
    refused = tuple(Refused(**one["value"]) for one in lessons if one["about"] == "refused")
    return replace(UNKNOWN, refused=refused, **facts)


def _sensible(lesson: object) -> bool:
    match lesson:
        case {"about": "refused", "value": {**refused}, "at": int() | float()}:
            return _refusal(refused)
        case {"about": str(about), "value": value, "at": int() | float()} if about in _FACTS:
            return type(value) is _FACTS[about] and (type(value) is not int or value > 0)
        case _:
            return False


def _refusal(value: Mapping[object, object]) -> bool:
    match value:
        case {"param": str(), "value": _, "instead": str(), "words": str(), **others}:
            return not others
        case _:
            return False


def _subject(entry: object) -> Subject | None:
    match entry:
        case {
            "endpoint": str(endpoint),
            "deployment": str(deployment),
            "api": str(api),
            "effort": str(effort),
        } if api in set(Api):
            return Subject(endpoint, deployment, Api(api), effort)
        case _:
            return None


def _members(subject: Subject) -> dict[str, str]:
    return {
        "endpoint": subject.endpoint,
        "deployment": subject.deployment,
        "api": subject.api,
        "effort": subject.effort,
    }


def _latest(lessons: Iterable[_Lesson]) -> float:
    return max((lesson["at"] for lesson in lessons), default=0.0)
