"""The language of a text, told offline."""

import json
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.transform.articles import clean_text
from tasks.transform.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The government said on Monday that it would not send troops.", "en"),
        ("Rząd poinformował w poniedziałek, że nie wyśle wojsk.", "pl"),
        ("Le gouvernement a annoncé lundi qu’il n’enverrait pas de troupes.", "fr"),
        ("Правительство сообщило в понедельник, что не отправит войска.", "ru"),
        ("Уряд повідомив у понеділок, що не відправить війська до столиці.", "uk"),
        ("Կառավարությունը հայտնեց, որ զորք չի ուղարկի։", "hy"),
        ("მთავრობამ განაცხადა, რომ ჯარს არ გაგზავნის.", "ka"),
        ("政府は月曜日、部隊を派遣しないと発表した。", "ja"),
        ("政府周一宣布不会派遣军队。", "zh"),
        ("정부는 월요일 군대를 보내지 않겠다고 밝혔다.", "ko"),
        ("Κυβέρνηση", "el"),
    ],
)
def test_languages_are_told_by_script_and_words(text: str, language: str) -> None:
    assert language_of("", text) == language


@pytest.mark.parametrize("text", ["", "2023 – 17:30", "***", "🇷🇺"])
def test_a_text_without_letters_has_no_language(text: str) -> None:
    assert language_of(text, "") is None


def test_the_word_of_the_archive_decides_only_for_very_short_texts() -> None:
    assert language_of("Putin", "", "pl-PL") == "pl"
    assert language_of("Rząd nie wyśle wojsk na Ukrainę, mówi premier", "", "en-US") == "pl"


@given(st.text(max_size=80))
def test_it_gives_two_letters_or_nothing_and_the_same_again(text: str) -> None:
    found = language_of(text, "")
    assert found is None or (len(found) == 2 and found.islower())
    assert language_of(text, "") == found


def test_feeds_that_declare_their_language_wrongly(real_data: Path) -> None:
    """Polish sites whose feeds say `en-US`, and British and American outlets: at least 99.5 % right."""
    right = {"pl": 0, "en": 0}
    seen = {"pl": 0, "en": 0}
    english = {"www.bbc.co.uk", "www.nytimes.com", "www.theguardian.com", "thehill.com", "www.npr.org"}
    with zipfile.ZipFile(real_data / "data" / "news" / "rss_linkdb_2023" / "2023-09-19_json.zip") as archive:
        for name in archive.namelist():
            for entry in json.loads(archive.read(name)):
                host = urlsplit(entry["link"]).netloc
                truth = "en" if host in english else "pl" if host.endswith(".pl") else None
                if truth:
                    seen[truth] += 1
                    right[truth] += language_of(entry["title"], clean_text(entry["description"] or "")) == truth
    assert seen["pl"] > 500
    assert seen["en"] > 300
    assert right["pl"] >= 0.995 * seen["pl"]
    assert right["en"] >= 0.995 * seen["en"]
