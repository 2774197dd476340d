"""Colours for code, a line at a time: what a lexer knows at a line's end is a value to go on from.

Pygments lexes whole texts. Here its rules are driven line by line from a given stack of states,
so that a new line of an open fence costs that line, however long the fence is (docs/adr/0009).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from aztui.ui.widgets.rows import BLANK, Piece, Role, Row

LONGEST: Final = 2_000
"""Characters; a longer line is data rather than code, and is not lexed."""

Token: TypeAlias = tuple[int, tuple[str, ...], str]
"""Where it begins, what Pygments calls it, and its text."""


class Open(NamedTuple):
    """A comment or text that goes on behind its line's end.

    Attributes:
        closer: what ends it.
        role: how it looks.
        alone: whether its closer stands on a line of its own.
    """

    closer: str
    role: Role
    alone: bool = False


class Lexed(NamedTuple):
    """What is known at a line's end. Equal values lex the next line equally.

    Attributes:
        lexer: a class of Pygments' lexers; None where the language is not known.
        stack: the lexer's states, innermost last; empty for a lexer that keeps none.
        open: what has been left open.
    """

    lexer: Any = None
    stack: tuple[str, ...] = ()
    open: Open | None = None


UNKNOWN: Final = Lexed()
"""The state of code in a language that is not known: it stays without colours."""

_WORD: Final = re.compile(r"[\w#+./-]*\w[\w#+-]*")
_MORE_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {"dotenv": "bash", "jsonc": "json", "svelte": "html"}
)
"""Languages that Pygments does not know, by one that is near enough."""
_FIRST_STACKS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({"PHP": ("root", "php")})
"""Where code begins that its lexer would take for something else: PHP without `<?php`."""
_DEEPEST: Final = 64
"""States kept of a stack, so that endless nesting costs no endless memory."""
_MOST_EMPTY: Final = 1_000
"""Rules in a row that may match nothing; more is a lexer that runs in circles."""

_COMMENTS: Final = tuple(
    (opener, Open(closer, Role.COMMENT))
    for opener, closer in (
        ("/*", "*/"),
        ("<!--", "-->"),
        ("--[[", "]]"),
        ("(*", "*)"),
        ("{-", "-}"),
        ("#=", "=#"),
        ("#|", "|#"),
    )
)
"""Block comments of all languages; a lexer is asked which it knows."""
_TEXTS: Final[Mapping[str, str]] = MappingProxyType({"Bash": "'", "Go": "`"})
"""Quotes of texts over several lines that their lexers match with one expression."""
_WORD_OF_HEREDOC: Final = r"(['\"]?)\\?(?P<closer>[A-Z][A-Z\d_]*)\1"
_HEREDOCS: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {"Bash": re.compile(rf"(?<!<)<<-? *{_WORD_OF_HEREDOC}")}
    | dict.fromkeys(("Perl", "Ruby", "Terraform"), re.compile(rf"<<[-~]?{_WORD_OF_HEREDOC}"))
)
"""How a text begins that ends at a word on a line of its own; capitals, or it may be a shift."""
_QUIET: Final = frozenset({Role.COMMENT, Role.LITERAL})
"""What holds words that mean nothing to the language."""

_ROLES: Final[Mapping[str, Role]] = MappingProxyType(
    {
        "Comment": Role.COMMENT,
        "Comment.Preproc": Role.KEYWORD,
        "Comment.PreprocFile": Role.LITERAL,
        "Generic.Deleted": Role.KEYWORD,
        "Generic.Heading": Role.NAME,
        "Generic.Inserted": Role.LITERAL,
        "Generic.Subheading": Role.NAME,
        "Keyword": Role.KEYWORD,
        "Keyword.Constant": Role.LITERAL,
        "Literal": Role.LITERAL,
        "Name.Attribute": Role.NAME,
        "Name.Class": Role.NAME,
        "Name.Function": Role.NAME,
        "Name.Tag": Role.NAME,
        "Operator.Word": Role.KEYWORD,
    }
)
"""By what Pygments calls it; the longest name that fits counts."""


def lexing(info: str) -> Lexed:
    """Return the state at the beginning of a fence.

    Args:
        info: its info string; the first word names the language, as Pygments' aliases and file
            name extensions do. What follows the name (`rust,no_run`) does not matter.
    """
    word = _WORD.match(info.lstrip("{. "))
    return _first_state(word[0].lower()) if word else UNKNOWN


@lru_cache(maxsize=512)
def highlight(line: str, state: Lexed) -> tuple[Row, Lexed]:
    """Colour a line.

    Args:
        line: without its line end.
        state: what the line before left.

    Returns:
        Pieces that join to the line, none of them empty, and the state after it. The last lines
        are remembered, since a piece of code is often laid out again when one is added to it.
    """
    if state.lexer is None or len(line) > LONGEST:
        return _row((line, Role.TEXT)), state
    if state.open is not None:
        return _go_on(line, state, state.open)
    try:
        return _begin(line, state)
    except Exception:  # noqa: BLE001 - lexers of all kinds meet code of all kinds; it stays plain
        return _row((line, Role.TEXT)), state


def _go_on(line: str, state: Lexed, left: Open) -> tuple[Row, Lexed]:
    if left.alone:
        ended = line.strip() == left.closer
        return _row((line, left.role)), state._replace(open=None) if ended else state
    at = line.find(left.closer)
    if at < 0:
        return _row((line, left.role)), state
    end = at + len(left.closer)
    row, after = highlight(line[end:], state._replace(open=None))
    return _row((line[:end], left.role), *row), after


def _begin(line: str, state: Lexed) -> tuple[Row, Lexed]:
    tokens, stack = _lex(state.lexer, f"{line}\n", state.stack)
    unclosed = _unclosed(line, tokens, _pairs(state.lexer))
    if unclosed is None:
        heredoc = _heredoc(line, tokens, state.lexer)
        return _row(*_pieces(line, tokens)), Lexed(state.lexer, stack, heredoc)
    # What follows the opener is no code and must not touch the states.
    at, left = unclosed
    tokens, stack = _lex(state.lexer, line[:at], state.stack)
    pieces = _pieces(line[:at], tokens)
    return _row(*pieces, (line[at:], left.role)), Lexed(state.lexer, stack, left)


def _lex(lexer: Any, text: str, stack: tuple[str, ...]) -> tuple[list[Token], tuple[str, ...]]:
    # A new one each time (2 µs): some keep on themselves what they have seen.
    instance = lexer()
    if not stack:
        return list(instance.get_tokens_unprocessed(text)), stack
    states = list(stack)
    tokens = list(_drive(instance, text, states))
    del states[1 : -_DEEPEST + 1]
    return tokens, tuple(states)


def _drive(lexer: Any, text: str, states: list[str]) -> Iterator[Token]:
    """Apply a RegexLexer's rules as it would itself, and leave its states in `states`.

    At the text's end no rule is tried: one that matches nothing belongs to the next line.
    """
    at = empty = 0
    while at < len(text):
        for match_at, action, change in lexer._tokens[states[-1]]:  # noqa: SLF001 - no other way
            match = match_at(text, at)
            if match is None:
                continue
            if callable(action):
                yield from action(lexer, match)
            elif action is not None:
                yield at, action, match.group()
            empty = 0 if match.end() > at else empty + 1
            if empty > _MOST_EMPTY:
                raise RecursionError
            at = match.end()
            if change is not None:
                _change(states, change)
            break
        else:
            if text[at] == "\n":
                states[:] = ["root"]
            yield at, (), text[at]
            at += 1


def _change(states: list[str], change: int | str | tuple[str, ...]) -> None:
    """Enter or leave states, in the forms that RegexLexer prepares its rules in."""
    if isinstance(change, int):
        del states[max(1, len(states) + change) :]
        return
    for name in (change,) if isinstance(change, str) else change:
        if name == "#pop":
            del states[max(1, len(states) - 1) :]
        else:
            states.append(states[-1] if name == "#push" else name)


def _unclosed(
    line: str, tokens: list[Token], pairs: tuple[tuple[str, Open], ...]
) -> tuple[int, Open] | None:
    """Find the first comment or text that begins on the line and does not end on it."""
    pairs = tuple(pair for pair in pairs if pair[0] in line)
    past = 0
    for at, kind, text in tokens if pairs else ():
        for place in range(at, at + _room_for_openers(kind, text)):
            for opener, left in pairs:
                if place < past or not line.startswith(opener, place):
                    continue
                closed = line.find(left.closer, place + len(opener))
                if closed < 0:
                    return place, left
                past = closed + len(left.closer)
    return None


def _room_for_openers(kind: tuple[str, ...], text: str) -> int:
    """Return at how many of a token's characters a comment or text may begin.

    Not within another one; but a comment that does not end on its line may have been taken for
    a shorter comment or, where it begins with a slash, for a regular expression.
    """
    if _role(kind) not in _QUIET:
        return len(text)
    return 1 if kind[0] == "Comment" or kind[-1] == "Regex" else 0


def _heredoc(line: str, tokens: list[Token], lexer: Any) -> Open | None:
    begins = _HEREDOCS.get(lexer.name)
    found = begins.search(line) if begins else None
    if found is None:
        return None
    for at, kind, text in tokens:
        if at < found.start() < at + len(text) and _role(kind) in _QUIET:
            return None
    return Open(found["closer"], Role.LITERAL, alone=True)


def _pieces(line: str, tokens: list[Token]) -> Iterator[Piece]:
    """Give each token its role; what no token covers is text."""
    past = 0
    for at, kind, text in tokens:
        end = min(at + len(text), len(line))
        if end <= past:
            continue
        if at > past:
            yield line[past:at], Role.TEXT
        yield line[max(at, past) : end], _role(kind)
        past = end
    yield line[past:], Role.TEXT


def _row(*pieces: Piece) -> Row:
    """Join neighbours of one look."""
    joined: list[Piece] = []
    for text, look in pieces:
        if joined and joined[-1][1] is look:
            joined[-1] = joined[-1][0] + text, look
        elif text:
            joined.append((text, look))
    return tuple(joined) or BLANK


@cache
def _role(kind: tuple[str, ...]) -> Role:
    names = (".".join(kind[:length]) for length in range(len(kind), 0, -1))
    return next((_ROLES[name] for name in names if name in _ROLES), Role.TEXT)


@lru_cache(maxsize=64)
def _first_state(word: str) -> Lexed:
    name = _names().get(_MORE_NAMES.get(word, word))
    if name is None:
        return UNKNOWN
    from pygments.lexers import find_lexer_class  # noqa: PLC0415 - no start should wait for it

    found = _mended(find_lexer_class(name))
    return Lexed(found, _first_stack(found))


def _first_stack(lexer: Any) -> tuple[str, ...]:
    from pygments.lexer import ExtendedRegexLexer, RegexLexer  # noqa: PLC0415 - as above

    if not issubclass(lexer, RegexLexer) or issubclass(lexer, ExtendedRegexLexer):
        return ()
    return _FIRST_STACKS.get(lexer.name, ("root",))


@cache
def _names() -> Mapping[str, str]:
    """Return the lexers' names by alias, and by extension where only one lexer claims it."""
    from pygments.lexers import get_all_lexers  # noqa: PLC0415 - no start should wait for it

    aliases: dict[str, str] = {}
    claims: dict[str, list[str]] = {}
    for name, own, patterns, _ in get_all_lexers(plugins=False):
        aliases.update((alias.lower(), name) for alias in own)
        for pattern in patterns:
            claims.setdefault(pattern.removeprefix("*.").lower(), []).append(name)
    extensions = {extension: names[0] for extension, names in claims.items() if len(names) == 1}
    names = extensions | aliases
    return {word: name for word, name in names.items() if name != "Text only"}


def _mended(found: Any) -> Any:
    """Return a lexer that serves lines as well as texts, where its own rules do not."""
    if found.name == "TOML":
        first, *others = found.tokens["key"]
        from pygments.token import Name  # noqa: PLC0415 - no start should wait for it

        return type("Toml", (found,), {"tokens": {"key": [(first[0], Name.Attribute), *others]}})
    if found.name == "HTML":
        return type("Html", (found,), {"tokens": dict(_embedded(found))})
    return found


def _embedded(html: Any) -> Iterator[tuple[str, list[Any]]]:
    """Let scripts and styles of a page go on until they are closed, not only to the line's end."""
    from pygments.lexer import using  # noqa: PLC0415 - no start should wait for it
    from pygments.lexers import find_lexer_class  # noqa: PLC0415 - likewise

    for tag, language in (("script", "JavaScript"), ("style", "CSS")):
        closing = html.tokens[f"{tag}-content"][0]
        inside = rf".+?(?=<\s*/\s*{tag}\s*>|\Z)", using(find_lexer_class(language))
        yield f"{tag}-content", [closing, inside]


@cache
def _pairs(lexer: Any) -> tuple[tuple[str, Open], ...]:
    """Return the comments and texts that the lexer matches with one expression, by opener.

    Such a one is not seen by a lexer that gets a line at a time. Those that it has states for
    are left to it.
    """
    known = tuple(pair for pair in _COMMENTS if _is_one_comment(lexer, *pair))
    quote = _TEXTS.get(lexer.name)
    return known if quote is None else (*known, (quote, Open(quote, Role.LITERAL)))


def _is_one_comment(lexer: Any, opener: str, left: Open) -> bool:
    text = f"{opener} a\na {left.closer}"
    try:
        tokens, _ = _lex(lexer, text, _first_stack(lexer))
    except Exception:  # noqa: BLE001 - as in highlight
        return False
    return [(_role(kind), part) for _, kind, part in tokens if part] == [(left.role, text)]
