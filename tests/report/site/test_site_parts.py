"""The parts of the site without a browser: spans, SVG, links, the folder that is replaced."""

import os
import time
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rows import article, event, one_event, put
from written_sites import CODEBOOK

from tasks.errors import UsageError
from tasks.load.lake import Lake
from tasks.report.site.build import build_site
from tasks.report.site.charts import Bar, bars, months_between, safe_svg
from tasks.report.site.disputed import read_disputed
from tasks.report.site.library import web_address
from tasks.report.site.marks import Span, paragraphs, pieces, sentence_starts
from tasks.report.site.rendering import readable
from tasks.report.site.replaced import MARK, replaced
from tasks.report.site.today import surprising
from tasks.report.site.world_map import HEIGHT, WIDTH, _unbroken, outline, projected, view_of

BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
SPANS = st.lists(
    st.builds(Span, st.integers(-5, 80), st.integers(-5, 80), st.sampled_from(["actor", "quote"])), max_size=8
)


@BUSY
@given(st.text(max_size=60), SPANS)
def test_pieces_are_together_the_text_whatever_lies_over_it(text: str, spans: list[Span]) -> None:
    assert "".join(piece.text for piece in pieces(text, spans)) == text


@given(
    st.text(alphabet="ab .\n", max_size=60),
    SPANS,
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=4),
)
def test_paragraphs_lose_nothing_but_empty_lines(
    text: str, spans: list[Span], given_sentences: list[tuple[int, int]]
) -> None:
    made = paragraphs(text, spans, sentence_starts(given_sentences))
    shown = "".join(p.text for paragraph in made for s in paragraph.sentences for p in s.pieces)
    assert "".join(shown.split()) == "".join(text.split())
    anchors = [s.anchor for paragraph in made for s in paragraph.sentences if s.anchor]
    assert len(anchors) == len(set(anchors))


def test_spans_that_overlap_are_cut_and_an_anchor_stands_where_its_span_begins() -> None:
    cut = pieces("Nordia shelled Sudia", [Span(0, 14, "quote", "q-0"), Span(7, 20, "trigger", "t")])
    assert [(p.text, p.kinds, p.anchors) for p in cut] == [
        ("Nordia ", ("quote",), ("q-0",)),
        ("shelled", ("quote", "trigger"), ("t",)),
        (" Sudia", ("trigger",), ()),
    ]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://a.example/x?y=1", "https://a.example/x?y=1"),
        ("HTTP://a.example", "HTTP://a.example"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//a.example", ""),
        ("https://", ""),
        ("https://a.example/\u202egpj", ""),
        ('https://a.example/"onclick=', ""),
        ("https://[broken", ""),
        (None, ""),
    ],
)
def test_only_addresses_of_the_web_are_links(text: str | None, address: str) -> None:
    assert web_address(text) == address


def test_characters_that_turn_text_are_left_out_and_joiners_stay() -> None:
    assert readable("a\u202eb\u2069c\x1b") == "abc"
    assert readable("👨\u200d👩\u200d👧 می\u200cخواهم\n") == "👨\u200d👩\u200d👧 می\u200cخواهم\n"


def test_of_an_svg_only_known_parts_are_kept() -> None:
    made = safe_svg(
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="x()">'
        "<script>x()</script><foreignObject/>"
        '<a xlink:href="javascript:x()"><path d="M0,0" style="fill:red" fill="#010101"/></a>'
        '<a xlink:href="https://evidence.invalid/#m-1"><path aria-label="&lt;b&gt; 3" fill="url(#x)"/></a></svg>'
    )
    assert made == (
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart">'
        '<a><path d="M0,0" fill="var(--quad1)"/></a>'
        '<a href="#m-1" aria-label="&lt;b&gt; 3"><title>&lt;b&gt; 3</title><path fill="url(#x)"/></a></svg>'
    )


def test_bars_stand_for_each_month_and_class() -> None:
    made = bars([Bar("2023-11", 1, 3, "#a"), Bar("2024-02", 4, 1200, "b.html#c")])
    assert made.count("<a ") == 2
    assert 'href="#a" aria-label="November 2023, verbal cooperation: 3"' in made
    assert 'href="b.html#c" aria-label="February 2024, material conflict: 1,200"' in made
    assert not bars([])


def test_months_go_over_the_turn_of_a_year() -> None:
    assert months_between("2023-11", "2024-02") == ["2023-11", "2023-12", "2024-01", "2024-02"]


def test_places_lie_where_equal_earth_puts_them() -> None:
    assert projected(0, 0)[0] == WIDTH / 2
    assert projected(180, 0)[0] == pytest.approx(WIDTH)
    assert projected(45, 40)[0] > projected(30, 40)[0]
    assert 0 < projected(0, 60)[1] < projected(0, -50)[1] < HEIGHT


def test_a_line_over_the_180th_meridian_goes_on_beyond_it() -> None:
    land = [[17000, 6500, 900, 100, -35800, 100, -300, -100, 35300, -200]]
    xs = [x for line in land for x, _ in _unbroken(line)]
    assert xs == [17000, 17900, 18100, 17800, 17100]
    assert min(x for x, _ in _unbroken([-17900, 0, 35800, 10, -300, 0])) == 17600


def test_no_border_of_the_outline_runs_across_the_map() -> None:
    for path in outline().values():
        for line in path.split("M")[1:]:
            points = [tuple(map(float, point.split())) for point in line.rstrip("Z").split("L")]
            assert all(abs(a[0] - b[0]) < 100 for a, b in pairwise(points))


def test_a_view_holds_its_places_and_stays_in_the_map() -> None:
    view = view_of("near", [projected(45, 40), projected(30, 50)])
    assert view.x <= projected(30, 50)[0] <= view.x + view.width
    assert view.width / view.height == pytest.approx(WIDTH / HEIGHT)
    assert view_of("none", []).width == WIDTH


def test_contested_areas_say_who_holds_and_who_claims_them() -> None:
    areas = read_disputed()
    assert {"Crimea", "Nagorno-Karabakh", "Kosovo", "Abkhazia"} <= {area.name for area in areas}
    assert all(area.held_by and area.claimed_by for area in areas)


def test_the_most_surprising_border_of_the_newest_month_comes_first() -> None:
    def row(neighbour: str, month: str, incidents: int, surprise: float | None) -> dict[str, object]:
        return {"neighbour": neighbour, "month": month, "incidents": incidents, "surprise": surprise}

    rows = [row("UKR", "2023-09", 9, 9.0), row("UKR", "2023-10", 5, 0.5), row("GEO", "2023-10", 2, 3.0),
            row("FIN", "2023-08", 1, 8.0), row("EST", "2023-10", 7, None), row("NOR", "2023-10", 0, -1.0)]  # fmt: skip
    assert [r["neighbour"] for r in surprising(rows)] == ["GEO", "UKR", "EST", "FIN"]


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    return one_event(tmp_path / "lake")


def test_a_site_takes_the_place_of_the_one_before_as_a_whole(lake: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    build_site(lake, out, CODEBOOK)
    (out / "countries" / "OLD.html").write_text("of an older lake")
    built = build_site(lake, out, CODEBOOK)
    assert not (out / "countries" / "OLD.html").exists()
    assert built.pages == len(list(out.rglob("*.html")))
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("site")] == ["site"]


def test_when_a_site_cannot_be_built_the_old_one_stays(lake: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    build_site(lake, out, CODEBOOK)
    before = (out / "index.html").read_bytes()
    with pytest.raises(UsageError, match="holds no dated event of the data set 'gdelt'"):
        build_site(lake, out, CODEBOOK, dataset="gdelt")
    assert (out / "index.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("site")] == ["site"]


def killed(tmp_path: Path, part: str, *, is_whole: bool, age: float = 120.0) -> Path:
    """What a site that was killed left beside its place: its process is dead, and it is that many seconds old."""
    left = tmp_path / f"site.{part}.99999999-0abc.tmp"
    (left / "articles").mkdir(parents=True)
    (left / "index.html").write_text(part)
    if is_whole:
        (left / MARK).write_text("")
    for path in (*left.rglob("*"), left):
        os.utime(path, (time.time() - age,) * 2)
    return left


def test_what_a_killed_site_left_is_removed_by_the_next(lake: Path, tmp_path: Path) -> None:
    working = killed(tmp_path, "new", is_whole=False, age=0.0).rename(tmp_path / "site.new.99999998-0abc.tmp")
    killed(tmp_path, "new", is_whole=False)
    killed(tmp_path, "old", is_whole=True)
    other = tmp_path / "site.tar.tmp"
    other.mkdir()
    os.utime(other, (0, 0))
    build_site(lake, tmp_path / "site", CODEBOOK)
    assert {path for path in tmp_path.iterdir() if path.name.endswith(".tmp")} == {working, other}


def test_a_site_that_was_killed_between_two_renames_comes_back(tmp_path: Path) -> None:
    killed(tmp_path, "old", is_whole=True)
    with pytest.raises(UsageError), replaced(tmp_path / "site"):
        raise UsageError("no new one")
    assert (tmp_path / "site" / "index.html").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_folder_of_something_else_is_left_alone(lake: Path, tmp_path: Path) -> None:
    out = tmp_path / "home"
    out.mkdir()
    (out / "thesis.tex").write_text("mine")
    with pytest.raises(UsageError, match="holds something else than a site"):
        build_site(lake, out, CODEBOOK)
    assert (out / "thesis.tex").read_text() == "mine"


def test_the_same_lake_gives_the_same_pages(lake: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    build_site(lake, one, CODEBOOK)
    build_site(lake, other, CODEBOOK)
    for path in one.rglob("*.html"):
        assert path.read_bytes() == (other / path.relative_to(one)).read_bytes()


def test_a_site_as_of_a_day_knows_nothing_later(lake: Path, tmp_path: Path) -> None:
    late = article(2, published_date=date(2023, 11, 2), title="Later news")
    put(Lake(lake), "articles", [late], period="2023-11")
    put(Lake(lake), "events", [event(late, event_date=date(2023, 11, 1))], period="2023-11")
    build_site(lake, tmp_path / "site", CODEBOOK, as_of=date(2023, 10, 31))
    index = (tmp_path / "site" / "index.html").read_text()
    assert "Up to 3 October 2023" in index
    assert not any("Later news" in path.read_text() for path in (tmp_path / "site").rglob("*.html"))
