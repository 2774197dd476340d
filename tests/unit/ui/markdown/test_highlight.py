"""Code is coloured line by line as if it were read as a whole, and nothing of it is lost."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments import lexers
from pygments.lexer import RegexLexer
from pygments.token import String, Text

from aztui.ui.markdown import highlight as highlight_module
from aztui.ui.markdown.highlight import LONGEST, UNKNOWN, Lexed, highlight, lexing
from aztui.ui.widgets.rows import Role, Row

LANGUAGES = [
    "python", "bash", "js", "ts", "tsx", "json", "yaml", "toml", "html", "css", "c", "c++", "java",
    "go", "rust", "ruby", "php", "sql", "diff", "console", "lua", "perl", "make", "dockerfile",
    "xml", "kotlin", "swift", "haskell", "powershell", "hcl", "jinja", "pycon", "nothing",
]  # fmt: skip
PIECES = (
    "/*", "*/", "<!--", "-->", '"""', "'''", '"', "'", "`", "${", "}", "{", "(", ")", "[", "]",
    "<script>", "</script>", "<style>", "<<EOF", "EOF", "#", "//", "\\", "def ", "class A", "if",
    " ", "\t", "x", "1.5", ":", "=", "|", "é", "世界", "$ ", "--[[", "]]", "@@", "+", "-",
)  # fmt: skip
codes = st.lists(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), max_size=8)
languages = st.sampled_from(LANGUAGES)


def rows(info: str, text: str) -> list[Row]:
    state = lexing(info)
    result = []
    for line in text.split("\n"):
        row, state = highlight(line, state)
        result.append(row)
    return result


def parts(info: str, text: str, role: Role) -> list[str]:
    """Return what has a role, a text for each piece."""
    return [piece for row in rows(info, text) for piece, look in row if look is role]


@settings(deadline=None)  # The first line of a language waits for its lexer's rules.
@given(languages, codes)
def test_pieces_join_to_the_line(language: str, lines: list[str]) -> None:
    for line, row in zip(lines, rows(language, "\n".join(lines)), strict=False):
        assert "".join(text for text, _ in row) == line
        assert all(text for text, _ in row)
        looks = [look for _, look in row]
        assert all(one is not other for one, other in pairwise(looks))


@settings(max_examples=50, deadline=None)
@given(languages, codes)
def test_equal_states_are_equal_and_can_be_kept(language: str, lines: list[str]) -> None:
    state = lexing(language)
    again = lexing(language.upper())
    for line in lines:
        before = state
        row, state = highlight(line, before)
        highlight.cache_clear()
        highlight("x = '", before)
        same, again = highlight(line, again)
        assert (row, state) == (same, again)
        assert hash(state) == hash(again)


SNIPPETS = {
    "python": '''
@decorated
class Answer(Base):
    """What came.

    More of it, isn't it?
    """

    async def text(self, n: int = 0x1F) -> str:
        # a comment
        return f"{self.x!r} and {n:>3}" + r"""raw
        over lines""" if n is not None else 'a\\'b'
''',
    "js": """
import { a } from "./a.js";
export default class Foo extends Bar {
  #x = /re[/]x/g; // comment
  method(a, b) {
    const s = `one ${a + `inner ${b}`} two
      three`;
    return s ?? null;
  }
}
""",
    "css": "@media (min-width: 1px) {\n  a:hover, .b > #c { color: #fff; margin: 0 auto }\n}\n",
    "toml": '[a.b]\nx = [\n  1, # c\n  "two",\n]\nt = """\nmore\n"""\nd = 1979-05-27\n',
    "rust": 'fn main() {\n    let x: u8 = 1; /* a\n /* nested */ b */\n    println!("{}", x);\n}\n',
    "sql": "SELECT a, 'b' FROM t -- c\nWHERE x IN (1, 2)\n/* over\nlines */ ORDER BY a;\n",
    "json": '{\n  "a": [1, -2.5e3, true, null],\n  "b": {"c": "d\\"e"}\n}\n',
    "diff": "--- a\n+++ b\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n",
    "bash": 'for f in "$@"; do\n  echo "a $f\n  b" | sed \'s/x/y/\' # c\ndone\n',
    "php": "function f($x) {\n  // c\n  return \"a $x b\" . 'c';\n}\n",
    "java": 'class A {\n  private int x = 1; // c\n  String t = """\n    text\n    """;\n}\n',
}


def _whole(info: str, text: str) -> list[Role]:
    """Return Pygments' own idea of each character."""
    lexer: Any = lexing(info).lexer
    stack = lexing(info).stack
    if not stack:
        tokens = lexer().get_tokens_unprocessed(text)
    else:
        tokens = RegexLexer.get_tokens_unprocessed(lexer(), text, stack)
    return [highlight_module._role(kind) for _, kind, part in tokens for _ in part]


@pytest.mark.parametrize("language", SNIPPETS)
def test_lines_are_coloured_as_pygments_colours_the_whole(language: str) -> None:
    text = SNIPPETS[language]
    expected = _whole(language, text)
    shown = rows(language, text)
    assert len(expected) == len(text)
    at = 0
    for row in shown:
        for piece, look in row:
            for character in piece:
                if not character.isspace():
                    assert look is expected[at], (piece, text[:at])
                at += 1
        at += 1


@pytest.mark.parametrize(
    ("language", "code", "comments"),
    [
        ("c", "a; /* one\ntwo\nthree */ b;", ["/* one", "two", "three */"]),
        ("js", "/* it's / and `\n( */ x", ["/* it's / and `", "( */"]),
        ("js", "/* a */ x /* b\n*/ y /* c\n*/", ["/* a */", "/* b", "*/", "/* c", "*/"]),
        ("php", "/* a\nb */ f();", ["/* a", "b */"]),
        ("c", "#define X /* a\nb */ 1", ["/* a", "b */"]),
        ("json", "{ /* a\n b */ }", ["/* a", " b */"]),
        ("html", "<p> <!-- a\n<b>\n--> </p>", ["<!-- a", "<b>", "-->"]),
        ("lua", "x = 1 --[[ a\nb ]] y = 2", ["--[[ a", "b ]]"]),
        ("sql", "a /* b\nc */ d", ["/* b", "c */"]),
        ("c", "a; // b /* c\nd;", ["// b /* c"]),
        ("c", 'char *a = "/*";\nb;', []),
        ("c", "/*/ a\nb */ c", ["/*/ a", "b */"]),
        ("js", "x = `${y}/**`;\nz", []),
        ("js", "a / b; c * d /1", []),
        ("bash", "ls a/*\nls b", []),
        ("python", "def f(a, /, *b):\n    pass", []),
    ],
)
def test_a_comment_goes_on_until_it_is_closed(
    language: str, code: str, comments: list[str]
) -> None:
    assert parts(language, code, Role.COMMENT) == comments


@pytest.mark.parametrize(
    ("language", "code", "literals"),
    [
        ("bash", "curl -d '{\n  \"a\": 1\n}' | cat", ["'{", '  "a": 1', "}'"]),
        ("bash", "cat <<EOF\ndon't\nEOF\nif x; then", ["don't", "EOF"]),
        ("bash", "cat <<- 'END'\n\tif\n\tEND\nls", ["'END'", "\tif", "\tEND"]),
        ("bash", "cat <<<EOF\nls", []),
        ("bash", "# it's <<EOF\nls", []),
        ("bash", 'echo "it\'s"\nls', ['"it\'s"']),
        ("bash", 'echo "$x\'s"\nls', ['"', "'s\""]),
        ("ruby", "x = <<~SQL\n  select\nSQL\nlist << ITEM\ny", ["SQL", "  select", "SQL"]),
        ("go", "x := `a\nb` + y", ["`a", "b`"]),
        ("python", 'x = """a\nb""" + y', ['"""a', 'b"""']),
        ("js", "x = `a\nb ${1} c`", ["`a", "b ${", "1", "} c`"]),
    ],
)
def test_a_text_goes_on_until_it_is_closed(language: str, code: str, literals: list[str]) -> None:
    joined = "".join(literals)
    assert "".join(parts(language, code, Role.LITERAL)) == joined


def test_names_are_what_is_defined() -> None:
    assert parts("python", "class A:\n    def f(self): g()", Role.NAME) == ["A", "f"]
    assert parts("json", '{"a": {"b": "c"}}', Role.NAME) == ['"a"', '"b"']
    assert parts("yaml", "a:\n  b: c", Role.NAME) == ["a", "b"]
    assert parts("toml", "a = 1\nb.c = {d = 2}", Role.NAME) == ["a", "b", "c", "d"]
    assert parts("html", "<a href='x'>y</a>", Role.NAME) == ["a", "href", "a"]


def test_a_pages_scripts_and_styles_are_lexed_on_all_their_lines() -> None:
    page = "<script>\nlet a;\n\nlet b;\n</script>\n<style>\na { color: red }\n</style>\n<p>let</p>"
    assert parts("html", page, Role.KEYWORD) == ["let", "let", "color"]


def test_nothing_of_a_diff_looks_like_a_failure() -> None:
    looks = {look for row in rows("diff", SNIPPETS["diff"]) for _, look in row}
    assert Role.BAD not in looks
    assert looks >= {Role.KEYWORD, Role.LITERAL, Role.NAME}


@pytest.mark.parametrize(
    ("info", "name"),
    [
        ("py", "Python"),
        ("python3", "Python"),
        ("Python title='x'", "Python"),
        ("python:a.py", "Python"),
        ("{.python}", "Python"),
        ("rust,no_run", "Rust"),
        ("sh", "Bash"),
        ("console", "Bash Session"),
        ("js", "JavaScript"),
        ("ts", "TypeScript"),
        ("tsx", "TSX"),
        ("json", "JSON"),
        ("jsonc", "JSON"),
        ("jsonl", "JSON"),
        ("yaml", "YAML"),
        ("toml", "TOML"),
        ("html", "HTML"),
        ("c", "C"),
        ("c++", "C++"),
        ("C#", "C#"),
        ("kt", "Kotlin"),
        ("diff", "Diff"),
        ("patch", "Diff"),
    ],
)
def test_the_first_word_names_the_language(info: str, name: str) -> None:
    assert lexing(info).lexer.name == name


@pytest.mark.parametrize("info", ["", " ", "text", "plaintext", "nothing", "???", "x" * 10_000])
def test_an_unknown_language_stays_plain(info: str) -> None:
    assert lexing(info) == UNKNOWN
    assert highlight("if x", UNKNOWN) == ((("if x", Role.TEXT),), UNKNOWN)


def test_a_very_long_line_is_not_lexed() -> None:
    state = lexing("python")
    line = "if " * LONGEST
    assert highlight(line, state) == (((line, Role.TEXT),), state)


FAILING = {"root": [("x", Text, ("nowhere",)), ("y", lambda *_: 1 / 0)]}
CIRCLING = {"root": [("", Text, "#push")]}


@pytest.mark.parametrize("rules", [FAILING, CIRCLING])
@pytest.mark.parametrize("line", ["x", "y"])
def test_a_lexer_that_fails_costs_only_colours(rules: object, line: str) -> None:
    state = Lexed(type("Odd", (RegexLexer,), {"name": "Odd", "tokens": rules}), ("root",))
    assert highlight(line, state) == (((line, Role.TEXT),), state)


def test_a_line_end_that_no_rule_takes_leads_back_to_the_first_state() -> None:
    rules = {"root": [('"', String, "text"), ("x", Text), ("\n", Text)], "text": [("x", String)]}
    state = Lexed(type("Odd", (RegexLexer,), {"name": "Odd", "tokens": rules}), ("root",))
    assert highlight('x"x', state) == ((("x", Role.TEXT), ('"x', Role.LITERAL)), state)


def test_a_text_that_its_lexer_does_not_know_may_end_on_its_line() -> None:
    rules = {"root": [(".+", Text), ("\n", Text)]}
    state = Lexed(type("Odd", (RegexLexer,), {"name": "Bash", "tokens": rules}), ("root",))
    assert highlight("a 'b' c", state) == ((("a 'b' c", Role.TEXT),), state)


def test_nesting_without_end_costs_no_endless_memory() -> None:
    state = lexing("toml")
    for _ in range(300):
        _, state = highlight("x = [[[[[[[[", state)
    assert len(state.stack) <= 64
    assert state.stack[0] == "root"


def test_whatever_lexer_it_is_takes_lines() -> None:
    # All of them do, but it takes 13 s.
    for name, aliases, _, _ in list(lexers.get_all_lexers(plugins=False))[::10]:
        lines = ["a = 'b' /* c", "", "<x y='z'> # d", ""]
        shown = rows(aliases[0], "\n".join(lines)) if aliases else []
        assert ["".join(text for text, _ in row) for row in shown] == lines[: len(shown)], name


def test_nothing_is_imported_before_the_first_fence() -> None:
    code = "import sys, aztui.ui.markdown.code; print([m for m in sys.modules if 'pygments' in m])"
    source = Path(highlight_module.__file__).parents[3]
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout == "[]\n"
