"""Learning people: whom the archive tells often enough and alike, and how that reaches the coder."""

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rows import article, introduction, put

from tasks.errors import ConfigError
from tasks.load.lake import Lake
from tasks.report.learned_people import (
    COLUMNS,
    Learned,
    changes,
    learn_people,
    read_people,
    settled,
    target_file,
    write_people,
)
from tasks.settings import Settings, shipped
from tasks.transform.code_batch import coder_of
from tasks.transform.coding.codebook import LEARNED_PEOPLE, Codebook, load
from tasks.transform.coding.version import coder_version

CODEBOOK = shipped("config") / "codebook"


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load(CODEBOOK)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def tell(lake: Lake, *told: Mapping[str, Any], stories: Mapping[int, str] | None = None) -> None:
    """An article for each introduction, on consecutive days of October 2023 by alternating outlets."""
    articles = [
        article(n, published_date=date(2023, 10, n), outlet=("Plover Post", "Lapwing Wire")[n % 2])
        for n in range(1, len(told) + 1)
    ]
    put(lake, "articles", articles)
    put(lake, "introductions", [introduction(a, **row) for a, row in zip(articles, told, strict=True)])
    if stories:
        put(lake, "stories", [{"article_id": articles[n - 1]["article_id"], "story_id": s} for n, s in stories.items()])


def names(learned: Learned) -> list[str]:
    return [person["name"] for person in learned.people]


def test_who_is_introduced_in_three_stories_is_learned_with_the_evidence(lake: Lake, codebook: Codebook) -> None:
    tell(lake, {}, {}, {})
    (person,) = learn_people(lake.root, codebook).people
    assert person == {
        "name": "Ana Post", "aliases": "", "country": "ARM", "sector": "GOV", "role": "minister",
        "from": "2023-10-01", "until": "", "note": f"3 articles of 2 outlets, first {article(1)['article_id']}",
    }  # fmt: skip


def test_two_stories_are_too_few_unless_that_is_asked_for(lake: Lake, codebook: Codebook) -> None:
    tell(lake, {}, {})
    assert names(learn_people(lake.root, codebook)) == []
    assert names(learn_people(lake.root, codebook, least=2)) == ["Ana Post"]


def test_near_copies_of_a_story_count_once(lake: Lake, codebook: Codebook) -> None:
    tell(lake, {}, {}, {}, stories={1: "s", 2: "s", 3: "t"})
    assert names(learn_people(lake.root, codebook)) == []


def test_a_name_with_two_countries_is_a_contradiction_and_not_learned(lake: Lake, codebook: Codebook) -> None:
    tell(lake, {}, {}, {}, {"country": "GEO"})
    learned = learn_people(lake.root, codebook)
    assert names(learned) == []
    assert learned.contradictory == {"Ana Post": ("ARM", "GEO")}


def test_a_sector_in_place_of_a_country_contradicts_a_country(lake: Lake, codebook: Codebook) -> None:
    tell(lake, {}, {}, {}, {"country": None, "sector": "IGO"})
    assert learn_people(lake.root, codebook).contradictory == {"Ana Post": ("ARM", "IGO")}


def test_the_sector_and_role_are_those_of_most_stories(lake: Lake, codebook: Codebook) -> None:
    tell(lake, {"role": "Minister"}, {}, {}, {"sector": "ELI", "role": "former minister"}, {"role": "envoy"})
    (person,) = learn_people(lake.root, codebook).people
    assert (person["sector"], person["role"]) == ("GOV", "minister")


def test_of_equals_the_later_sector_and_role_hold(lake: Lake, codebook: Codebook) -> None:
    tell(lake, {}, {}, {"sector": "ELI", "role": "former minister"}, {"sector": "ELI", "role": "former minister"})
    (person,) = learn_people(lake.root, codebook).people
    assert (person["sector"], person["role"]) == ("ELI", "former minister")


def test_whom_the_codebook_names_is_not_learned(lake: Lake, codebook: Codebook) -> None:
    tell(lake, *[{"name": "Nikol Pashinyan"}] * 3)
    assert names(learn_people(lake.root, codebook)) == []


# --- the file


def person(name: str = "Ana Post", **more: str) -> dict[str, str]:
    told = {"name": name, "country": "ARM", "sector": "GOV", "role": "minister, acting", "from": "2023-10-01"}
    return dict.fromkeys(COLUMNS, "") | told | more


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    people = [person(), person("Zoë O'Hara")]
    write_people(tmp_path / "people.csv", people)
    assert read_people(tmp_path / "people.csv") == people
    assert read_people(tmp_path / "nothere.csv") == []


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ConfigError, match=r"notes\.csv: is not a file of learned people"):
        read_people(tmp_path / "notes.csv")


def test_changes_name_who_is_new_changed_and_gone() -> None:
    before = [person("A B"), person("C D"), person("E F")]
    after = [person("A B"), person("C D", role="envoy"), person("G H")]
    assert [(what, p["name"]) for what, p in changes(before, after)] == [
        ("changed", "C D"), ("gone", "E F"), ("new", "G H"),
    ]  # fmt: skip


def test_more_articles_that_tell_the_same_change_nothing() -> None:
    before = [person(note="3 articles")]
    assert settled(before, [person(note="4 articles")]) == before
    assert settled(before, [person(note="4 articles", role="envoy")]) == [person(note="4 articles", role="envoy")]


def test_the_codebook_of_the_installed_package_is_not_written_to(tmp_path: Path) -> None:
    assert target_file(tmp_path, None, installed=False) == tmp_path / LEARNED_PEOPLE
    assert target_file(tmp_path, tmp_path / "a.csv", installed=True) == tmp_path / "a.csv"
    with pytest.raises(ConfigError, match=r"--config .* --out FILE"):
        target_file(tmp_path, None, installed=True)


# --- the coder


@pytest.fixture
def taught(tmp_path: Path) -> Settings:
    """Settings with a codebook of their own, which has learned two people; one of them it had known before."""
    shutil.copytree(CODEBOOK, tmp_path / "config" / "codebook")
    file = tmp_path / "config" / "codebook" / LEARNED_PEOPLE
    write_people(file, [person("Olena Hrytsak", country="UKR", sector="LEG"), person("Nikol Pashinyan", country="USA")])
    (tmp_path / "config" / "dotterel.toml").touch()
    return Settings(config=tmp_path / "config" / "dotterel.toml")


def test_what_was_learned_is_another_version_of_the_coder(taught: Settings) -> None:
    assert coder_version(taught) != coder_version(Settings())


def test_a_later_article_is_coded_with_the_learned_name(taught: Settings) -> None:
    later = {
        "article_id": "a", "published_date": date(2023, 12, 1),
        "body": "Olena Hrytsak accused Russia of lying. Hrytsak then met Polish officials.",
    }  # fmt: skip
    (knowing,) = coder_of(taught.codebook.resolve(), coder_version(taught)).code([later])
    (unknowing,) = coder_of(CODEBOOK.resolve(), "test").code([later])
    told = {(e["event_type"], e["actor_name"], e["actor_country"], e["actor_sector"]) for e in knowing.events}
    assert ("ACCUSE", "Olena Hrytsak", "UKR", "LEG") in told
    assert ("CONSULT", "Olena Hrytsak", "UKR", "LEG") in told
    assert {e["actor_country"] for e in unknowing.events if e["event_type"] == "ACCUSE"} == {None}


def test_the_rows_of_people_csv_win_over_learned_ones(taught: Settings) -> None:
    entries = load(taught.codebook.resolve()).names["Nikol Pashinyan"]
    assert {(entry.country, entry.learned) for entry in entries} == {("ARM", False)}


def test_a_learned_file_without_its_columns_is_named(tmp_path: Path) -> None:
    shutil.copytree(CODEBOOK, tmp_path / "codebook")
    (tmp_path / "codebook" / LEARNED_PEOPLE).write_text("name,country\nAna Post,ARM\n")
    with pytest.raises(ConfigError, match=rf"{LEARNED_PEOPLE}: lacks the column aliases"):
        load(tmp_path / "codebook")
