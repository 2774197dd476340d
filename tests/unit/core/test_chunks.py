import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from aztui.core.chunks import Chunks


def test_append_leaves_the_older_value_as_it_was() -> None:
    one = Chunks().append("a")
    two = one.append("b")
    assert (one.text, two.text) == ("a", "ab")


def test_two_values_that_grow_from_one_do_not_mix() -> None:
    base = Chunks("a")
    left, right = base.append("l"), base.append("r")
    assert (left.text, right.text) == ("al", "ar")


@given(st.lists(st.text(), max_size=20))
def test_keeps_every_piece_in_order(pieces: list[str]) -> None:
    chunks = Chunks()
    for piece in pieces:
        chunks = chunks.append(piece)
    assert list(chunks) == pieces
    assert len(chunks) == len(pieces)
    assert chunks == Chunks(*pieces)
    assert hash(chunks) == hash(Chunks(*pieces))


def test_pieces_of_any_length_are_told_apart() -> None:
    pieces = ["x" * length for length in (0, 254, 255, 256, 510, 511, 0, 100_000, 1)]
    assert list(Chunks(*pieces)) == pieces


def test_an_append_does_not_copy_the_pieces() -> None:
    chunks = Chunks("a")
    grown = chunks.append("b").append("c")
    assert grown._pieces is chunks._pieces


def test_many_short_pieces_take_little_more_memory_than_their_text() -> None:
    tracemalloc.start()
    try:
        chunks = Chunks()
        for number in range(50_000):
            chunks = chunks.append(f"{number % 9000 + 1000}")
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert chunks.size == 200_000
    assert taken < 3 * chunks.size


@given(st.lists(st.text(max_size=3), max_size=600))
def test_pieces_are_the_same_where_they_were_joined(pieces: list[str]) -> None:
    chunks = Chunks()
    for piece in pieces:
        chunks = chunks.append(piece)
    assert list(chunks) == pieces
    assert chunks.text == "".join(pieces)


def test_who_asks_for_the_text_again_shares_it() -> None:
    chunks = Chunks("the ", "text")
    assert chunks.text is chunks.text
