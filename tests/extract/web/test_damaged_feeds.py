"""Damaged and hostile feeds: a fault costs one item, nothing is opened, and reading comes to an end."""

from pathlib import Path

import pytest
from written_feeds import ONE, SOURCE, TWO, one, read, reasons, rss, titles

from tasks.extract.drafts import Draft, Rejected, Remark
from tasks.extract.web import feeds
from tasks.transform.articles import clean_line


def test_a_broken_item_costs_only_itself() -> None:
    text = rss(ONE, "<item><titel>Lost</title><x></item>", TWO)
    assert titles(text) == ["Dam breached", "Envoys meet"]
    (broken,) = (item for item in read(text) if isinstance(item, Rejected))
    assert (broken.record, broken.reason) == ("#2", "broken_xml")
    assert text[broken.start : broken.end] == "<item><titel>Lost</title><x></item>"
    assert "line 1" in broken.detail


def test_a_file_that_is_cut_gives_the_items_before_the_cut_and_one_row() -> None:
    text = rss(ONE, TWO)
    cut = text[: text.index("They talked")]
    assert titles(cut) == ["Dam breached"]
    assert reasons(cut) == ["broken_xml"]
    assert any(isinstance(item, Remark) and "cut short" in item.text for item in feeds.read(cut.encode(), SOURCE))


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(ONE.replace("Water", "Mud & water < oil &nbsp;&foo;"), id="bare signs and entities"),
        pytest.param(ONE.replace("Water", "Water<br>and<hr>oil"), id="tags left open"),
        pytest.param(ONE.replace("Water", "<media:x y:z='1'>Water</media:x>"), id="undeclared prefixes"),
        pytest.param(ONE.replace("Water", "Water \x08\x0c&#11;&#xFFFF;"), id="forbidden signs"),
        pytest.param(ONE.replace("Water rose.", "<![CDATA[Water rose."), id="CDATA left open"),
        pytest.param(ONE.replace("Water rose.", "<![CDATA[<![CDATA[Water rose.]]>]]>"), id="CDATA twice"),
        pytest.param(ONE.replace("</item>", ""), id="end tag missing"),
    ],
)
def test_what_is_not_well_formed_is_read_where_it_makes_sense(item: str) -> None:
    first, second = read(rss(item, TWO.replace("They talked.", "<![CDATA[They talked.]]>")))
    assert isinstance(first, Draft)
    assert isinstance(second, Draft)
    assert (first.title, first.url) == ("Dam breached", "https://wader.example/1")
    assert first.body.replace(" ", "").endswith("rose.")
    assert (second.title, second.body) == ("Envoys meet", "They talked.")


def test_an_item_whose_beginning_is_damaged_is_a_row() -> None:
    text = rss(ONE, TWO.replace("<item>", "<i?em>"), ONE)
    assert titles(text) == ["Dam breached"] * 2
    assert reasons(text) == ["broken_xml"]


def test_items_in_comments_and_in_texts_are_none() -> None:
    text = rss(f"<!-- {TWO} -->", ONE.replace("Water rose.", f"<![CDATA[Water rose. {TWO}]]>"))
    assert titles(text) == ["Dam breached"]


def test_bombs_of_entities_stay_names() -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    draft = one(f'<!DOCTYPE rss [<!ENTITY a0 "ha">{levels}]>' + rss("<item><title>&a11;</title></item>"))
    assert clean_line(draft.title) == "&a11;"


def test_no_file_or_address_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("it went to the network"))
    for system in (secret.as_uri(), "http://192.0.2.1/x.dtd"):
        kinds = f'<!DOCTYPE rss SYSTEM "{system}" [<!ENTITY x SYSTEM "{system}"><!ENTITY % y SYSTEM "{system}">%y;]>'
        draft = one(kinds + rss("<item><title>Dam</title><description>&x;</description></item>"))
        assert "the secret" not in f"{draft}"
        assert draft.body == "&x;"
    for text in (secret.as_uri(), str(secret), "http://192.0.2.1/feed"):
        assert reasons(text) == ["no_articles"]


@pytest.mark.parametrize(
    "piece",
    ["<item>", "</item>", "<item/>", "<![CDATA[", "<!--", "<rss>", "<b>", "<a b='", "&", "<title></item>", "\\"],
)
def test_hostile_bytes_come_to_an_end(piece: str) -> None:
    hostile = piece * (40_000 // len(piece))
    for text in (hostile, f'<rss version="2.0"><channel><item><title>x</title><description>{hostile}'):
        feeds.fits(text.encode()[:65536])
        assert read(text)


def test_an_endless_author_comes_to_an_end_and_takes_nothing_else() -> None:
    item = ONE.replace("</item>", f"<author>{'a.' * 100_000}</author></item>")
    draft = one(rss(item))
    assert (draft.title, draft.author) == ("Dam breached", "")
