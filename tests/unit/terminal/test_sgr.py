import pytest
from hypothesis import given
from hypothesis import strategies as st

from aztui.terminal.sgr import PLAIN, Style, UnknownSgrError, change, styled

STYLES = st.builds(
    Style,
    st.frozensets(st.sampled_from((1, 2, 3, 4, 5, 6, 7, 8, 9, 21, 51, 52, 53))).map(
        lambda codes: tuple(sorted(codes))
    ),
    st.sampled_from(("", "31", "97", "38;5;208", "38;2;1;2;3")),
    st.sampled_from(("", "41", "107", "48;5;17", "48;2;1;2;3")),
    st.just(""),
)


def read(style: Style, sequence: str) -> Style:
    """What `style` becomes by an SGR sequence, or by none."""
    if not sequence:
        return style
    assert sequence.startswith("\x1b[")
    assert sequence.endswith("m")
    return styled(style, sequence[2:-1])


@given(STYLES, STYLES, st.booleans())
def test_a_change_leads_from_the_one_to_the_other(old: Style, new: Style, undoes: bool) -> None:
    assert read(old, change(old, new, undoes=undoes)) == new
    assert read(old, change(None, new, undoes=undoes)) == new


@given(STYLES, STYLES)
def test_what_cannot_undo_is_not_asked_to(old: Style, new: Style) -> None:
    codes = change(old, new, undoes=False).strip("\x1b[m").split(";")
    if "5" not in codes and "2" not in codes:
        assert not {"22", "23", "24", "25", "27", "28", "29", "39", "49", "54", "55"} & set(codes)


@pytest.mark.parametrize(
    ("old", "new", "least"),
    [
        ("", "", ""),
        ("1;31", "", "\x1b[m"),
        ("1;31", "31", "\x1b[22m"),
        ("1;31;44", "1;32;44", "\x1b[32m"),
        ("1;2;31;44", "1;31;44", "\x1b[22;1m"),
        ("1;2;38;5;208", "1;38;5;208", "\x1b[22;1m"),
        ("31", "1;31", "\x1b[1m"),
        ("7", "31", "\x1b[;31m"),
    ],
)
def test_the_least(old: str, new: str, least: str) -> None:
    assert change(styled(PLAIN, old), styled(PLAIN, new)) == least


def test_the_shortest_form_of_a_colour() -> None:
    assert styled(PLAIN, "38;2;95;135;175").foreground == "38;5;67"
    assert styled(PLAIN, "48;2;255;255;255").background == "48;5;231"
    for other in ("38;2;95;135;176", "38;2;0;0;255"):
        assert styled(PLAIN, other).foreground == other


def test_links() -> None:
    link = Style(link="id=1;https://example.com")
    assert change(PLAIN, link) == "\x1b]8;id=1;https://example.com\x1b\\"
    assert change(link, PLAIN) == "\x1b]8;;\x1b\\"
    bold = link._replace(attributes=(1,))
    assert change(link, bold) == "\x1b[1m"
    assert change(bold, PLAIN) == "\x1b[m\x1b]8;;\x1b\\"


@pytest.mark.parametrize("parameters", ["10", "38", "38;5", "38;5;x", "38;9;1", "58;5;1", "22:1"])
def test_what_is_not_known(parameters: str) -> None:
    with pytest.raises(UnknownSgrError):
        styled(PLAIN, parameters)


def test_ends_of_attributes() -> None:
    style = styled(PLAIN, "1;2;4;21;31;44")
    assert styled(style, "22").attributes == (4, 21)
    assert styled(style, "24;39;49") == Style((1, 2))
    assert styled(style, "0") == PLAIN
    assert styled(style, "") == PLAIN
