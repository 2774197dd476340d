"""The content filter's results, in any of the shapes in which they come.

The shapes are those of Azure's published OpenAPI and of its page on content streaming; Responses'
`content_filters` stand in neither, and are read as the service sends them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from aztui.azure.decode.lenient import dump, text
from aztui.core.events import Filtered
from aztui.core.filters import Offsets, Verdict, merge

_SAYS: Final = frozenset({"filtered", "severity", "detected"})
_LONGEST_NAME: Final = 100
_LONGEST_FAILURE: Final = 500


def verdicts(results: object) -> tuple[Verdict, ...]:
    """Return a filter's results, a verdict a category. Total: what makes no sense is left out."""
    found = (_verdict(text(name)[:_LONGEST_NAME], said) for name, said in _items(results))
    return tuple(verdict for verdict in found if verdict is not None)


def failure(results: object) -> str:
    """Return why a filter did not run, in the service's words; empty where all did. Total."""
    for error in _errors(results):
        message = error.get("message") if isinstance(error, Mapping) else None
        return (text(message) or dump(error))[:_LONGEST_FAILURE]
    return ""


def offsets(value: object) -> Offsets | None:
    """Return the characters that a verdict is about; None where it does not say so. Total."""
    if not isinstance(value, Mapping):
        return None
    start, end = value.get("start_offset"), value.get("end_offset")
    if type(start) is not int or type(end) is not int or not 0 <= start <= end:
        return None
    return Offsets(start, end)


def results_of(choice: Mapping[str, Any]) -> object:
    """Return a choice's results; the wire's name for those of a filter that failed is singular."""
    return choice.get("content_filter_results") or choice.get("content_filter_result")


def reports(value: object) -> Iterator[tuple[bool, object]]:
    """Give what a response's `content_filters` say: whether of the prompt, and the results."""
    for report in value if isinstance(value, list) else ():
        if isinstance(report, Mapping):
            yield report.get("source_type") == "prompt", results_of(report)


class FilterLog:
    """What a filter has said, so that only its news is told.

    A synchronous filter repeats its results with every chunk, nearly always the same.
    """

    def __init__(self) -> None:
        self._known: dict[int | None, tuple[Verdict, ...]] = {}
        self._failures: set[str] = set()

    def prompts(self, results: object) -> Iterator[Filtered]:
        """Take `prompt_filter_results`, or what older api-versions have in their place."""
        for result in results if isinstance(results, list) else ():
            if isinstance(result, Mapping):
                yield from self.news(None, results_of(result))

    def choice(self, index: int, choice: Mapping[str, Any]) -> Iterator[Filtered]:
        """Take what is said about a choice."""
        where = offsets(choice.get("content_filter_offsets"))
        ended = choice.get("finish_reason") == "content_filter"
        condemned = ended and where is not None
        return self.news(index, results_of(choice), where, condemned=condemned)

    def news(
        self,
        about: int | None,
        results: object,
        where: Offsets | None = None,
        *,
        condemned: bool = False,
    ) -> Iterator[Filtered]:
        """Take results, and give them if they tell anything new.

        Args:
            about: the index of the choice that they are about; None for the prompt.
            results: by category.
            where: the characters that they are about; to say so is always news.
            condemned: whether the answer was ended for those characters.
        """
        said, failed = verdicts(results), failure(results)
        before = self._known.get(about, ())
        self._known[about] = merge(before, said)
        failed = "" if failed in self._failures else failed
        self._failures.add(failed)
        if where is not None or failed or self._known[about] != before:
            yield Filtered(about, said, where, condemned, failed)


def _verdict(category: str, said: object) -> Verdict | None:
    if isinstance(said, Mapping) and not _SAYS.isdisjoint(said):
        severity, detected = said.get("severity"), said.get("detected")
        return Verdict(
            category,
            filtered=said.get("filtered") is True,
            severity=text(severity).lower()[:_LONGEST_NAME],
            detected=detected if isinstance(detected, bool) else None,
        )
    # Of several lists of words, each has a result of its own.
    parts = (part for part in _parts(said) if isinstance(part, Mapping))
    found = (_verdict(category, part) for part in parts if not _SAYS.isdisjoint(part))
    return next(iter(merge((), (verdict for verdict in found if verdict))), None)


def _parts(said: object) -> Iterable[object]:
    if isinstance(said, Mapping):
        return said.values()
    return said if isinstance(said, list) else ()


def _errors(results: object) -> Iterator[object]:
    for name, said in _items(results):
        if name == "error" and said:
            yield said
        details = said.get("details") if isinstance(said, Mapping) else None
        if isinstance(details, Mapping) and details.get("error"):
            yield details["error"]


def _items(results: object) -> Iterable[tuple[object, object]]:
    return results.items() if isinstance(results, Mapping) else ()
