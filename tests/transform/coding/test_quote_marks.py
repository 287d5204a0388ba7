"""What stands between quotation marks: offsets, nesting, several paragraphs, and any text without a crash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.transform.coding.quote_marks import marked


def words(body: str) -> list[str]:
    return [body[m.start : m.end] for m in marked(body)]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("“One.\n\n“Two.\n\n“Three.” Then more.", ["One.\n\n“Two.\n\n“Three."]),
        ("“Open to the end\n\nThe next one says “no”.", ["Open to the end", "no"]),
        ("“He said ‘no’ to us,” she said.", ["He said ‘no’ to us"]),
        ("‘The girls’ school is shut,’ she said.", ["The girls’ school is shut"]),
        ("It's the girls' and the boys' turn.", []),
        ('The 6" gun "Old Tom" fired.', ["Old Tom"]),
        ("»So it goes,« he said.", ["So it goes"]),
        ("“Closed by the wrong mark,“ he said.", ["Closed by the wrong mark"]),
        ("“”", []),
    ],
)
def test_the_words_between_marks_are_found(body: str, wanted: list[str]) -> None:
    assert words(body) == wanted


@given(st.text(alphabet="ab .,\n“”„«»\"'‘’é😀", max_size=200))
def test_every_stretch_lies_between_its_marks_and_after_the_one_before(body: str) -> None:
    at = 0
    for stretch in marked(body):
        assert at <= stretch.outer_start < stretch.start < stretch.end <= stretch.outer_end <= len(body)
        at = stretch.outer_end
