"""Inline Markdown as pieces: what is marked, where links lead, and that nothing acts or hides."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.terminal.sanitise import sanitise
from aztui.ui.markdown import inline
from aztui.ui.markdown.inline import LONGEST, spans
from aztui.ui.markdown.leaves import Links
from aztui.ui.widgets.rows import Face, Look, Role, Row

LINKS = Links()
DIM = Face(Role.DIM)
BOLD = Face(bold=True)
ITALIC = Face(italic=True)
UNDERLINED = Face(underline=True)


def address(href: str, look: Face = DIM) -> tuple[str, Look]:
    return href, look._replace(link=href)


def linked(text: str, href: str) -> Row:
    return (text, UNDERLINED), (" (", Role.DIM), address(href), (")", Role.DIM)


def plain(row: Row) -> str:
    return "".join(text for text, _ in row)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("", ()),
        ("plain, with ! and ] and (a)", (("plain, with ! and ] and (a)", Role.TEXT),)),
        ("soft \n  break", (("soft\nbreak", Role.TEXT),)),
        ("hard  \nbreak\\\nx", (("hard\nbreak\nx", Role.TEXT),)),
        ("a<br>b<br/>  c<br />\nd", (("a\nb\nc\nd", Role.TEXT),)),
        ("a **b** c", (("a ", Role.TEXT), ("b", BOLD), (" c", Role.TEXT))),
        ("*a*", (("a", ITALIC),)),
        ("~~a~~", (("a", Face(strike=True)),)),
        (
            "**a *b ~~c~~***",
            (
                ("a ", BOLD),
                ("b ", Face(bold=True, italic=True)),
                ("c", Face(bold=True, italic=True, strike=True)),
            ),
        ),
        ("`` a`  b ``", (("a`  b", Role.CODE),)),
        ("**`a`**", (("a", Face(Role.CODE, bold=True)),)),
        ("a\tb", (("a b", Role.TEXT),)),
        ("*a*\tb", (("a", ITALIC), (" b", Role.TEXT))),
        ("`a\tb`", (("a b", Role.CODE),)),
        ("a \\* b &amp; c", (("a * b & c", Role.TEXT),)),
        (
            "x <i>y</i>",
            (
                ("x ", Role.TEXT),
                ("<i>", Role.DIM),
                ("y", Role.TEXT),
                ("</i>", Role.DIM),
            ),
        ),
    ],
)
def test_what_is_marked_looks_so(text: str, row: Row) -> None:
    assert spans(text, LINKS) == row


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("[t](https://x.org/a)", linked("t", "https://x.org/a")),
        ("[t](HTTP://x.org)", linked("t", "HTTP://x.org")),
        ("[t](mailto:a@x.org)", linked("t", "mailto:a@x.org")),
        ("[t](a/b)", (("t", UNDERLINED), (" (a/b)", Role.DIM))),
        ("[t](ftp://x.org)", (("t", UNDERLINED), (" (ftp://x.org)", Role.DIM))),
        ("[t]()", (("t", UNDERLINED),)),
        ("[](https://x.org)", (address("https://x.org", UNDERLINED),)),
        ("[https://x.org](https://x.org)", (address("https://x.org", UNDERLINED),)),
        ("<https://x.org>", (address("https://x.org", UNDERLINED),)),
        ("[a@x.org](mailto:a@x.org)", (("a@x.org", UNDERLINED),)),
        ("<a@x.org>", (("a@x.org", UNDERLINED),)),
        ("[javascript](javascript:alert)", (("[javascript](javascript:alert)", Role.TEXT),)),
        (
            "![alt](a.png)",
            (
                ("image: ", Role.DIM),
                ("alt", UNDERLINED),
                (" (a.png)", Role.DIM),
            ),
        ),
        (
            "**[a `b`](c)**",
            (
                ("a ", Face(bold=True, underline=True)),
                ("b", Face(Role.CODE, bold=True, underline=True)),
                (" (c)", Role.DIM),
            ),
        ),
    ],
)
def test_a_link_shows_where_it_leads(text: str, row: Row) -> None:
    assert spans(text, LINKS) == row


def test_an_address_that_no_terminal_takes_is_shown_and_not_opened() -> None:
    long = "https://x.org/" + "a" * 2_000
    assert spans(f"<{long}>", LINKS) == ((long, UNDERLINED),)


def test_a_reference_leads_where_it_is_defined_to() -> None:
    links = Links({"REF": {"href": "https://x.org/r", "title": ""}})
    assert spans("[t][ref]", links) == linked("t", "https://x.org/r")
    assert spans("[t][ref]", LINKS) == (("[t][ref]", Role.TEXT),)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<https://münchen.de/a%20b>", "https://xn--mnchen-3ya.de/a%20b"),
        (
            "[https://münchen.de](https://münchen.de)",
            "https://münchen.de (https://xn--mnchen-3ya.de)",
        ),
        ("[https://x.org](https://y.org)", "https://x.org (https://y.org)"),
        ("[t](https://x.org/&#x202e;)", "t (https://x.org/%E2%80%AE)"),
    ],
)
def test_an_address_shows_as_what_it_opens(text: str, shown: str) -> None:
    row = spans(text, LINKS)
    assert plain(row) == shown
    assert all(look.link in {"", piece} for piece, look in row if isinstance(look, Face))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("&#27;[2J", "�[2J"),
        ("&#x9b;", "�"),
        ("a&#x202e;b", "a\u2039U+202E\u203ab"),
        ("&zwj;&shy;", "\u2039U+200D\u203a\u2039U+00AD\u203a"),
        ("a&NewLine;b&Tab;c", "a␊b␉c"),
        ("a*\u0301b*", "a\u2039U+0301\u203ab"),
    ],
)
def test_characters_that_markdown_makes_are_safe(text: str, shown: str) -> None:
    assert plain(spans(text, LINKS)) == shown


@given(st.text(st.sampled_from("ab \n!])\t(.世\u0301"), max_size=30).map(sanitise))
def test_text_without_markup_is_what_the_parser_makes_of_it(text: str) -> None:
    assert spans(text, LINKS) == inline._parsed(text, LINKS, Role.TEXT)


@given(st.text(st.sampled_from("ab *_~`<>&;#x1\\:/.@[]()!\n世\u0301"), max_size=60).map(sanitise))
def test_whatever_comes_is_safe_and_joined(text: str) -> None:
    row = spans(text, LINKS)
    assert all(sanitise(piece) == piece != "" for piece, _ in row)
    assert all(one[1] != other[1] for one, other in pairwise(row))


def test_a_look_is_added_to_the_one_around_it() -> None:
    base = Face(Role.STRONG, bold=True)
    assert spans("a *b*", LINKS, base) == (("a ", base), ("b", base._replace(italic=True)))


@pytest.mark.parametrize("text", ["*a* " * LONGEST, "[*a*" * 2_000])
def test_what_nobody_wrote_to_be_read_is_shown_as_it_came(text: str) -> None:
    assert spans(text, LINKS) == ((text, Role.TEXT),)


def test_the_parser_is_not_there_before_it_is_needed() -> None:
    code = (
        "import sys; from aztui.ui.markdown import heal, inline, parser; "
        "print([m for m in sys.modules if 'markdown_it' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
