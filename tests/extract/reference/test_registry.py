"""The registry of reference data sets, and the refusal of what is none."""

from collections import Counter
from pathlib import Path

import pytest
from gdelt_lines import lines

from tasks.errors import UsageError
from tasks.extract.drafts import Rejected
from tasks.extract.members import members
from tasks.extract.reference.registry import DATASETS, find, recognise, refusal
from tasks.settings import Settings


def test_every_data_set_is_found_by_its_name_and_says_who_publishes_it() -> None:
    for name in DATASETS:
        dataset = find(name)
        said = dataset.origin
        assert dataset.name == name
        assert all((dataset.title, dataset.tables, said.publisher, said.licence, said.citation, said.cadence))
        assert said.address.startswith(("https://", "http://"))


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no reference data set 'gdlet'\. Did you mean 'gdelt'\? Known: .*gdelt"):
        find("gdlet")


def test_a_file_is_recognised_by_its_content() -> None:
    assert recognise(lines(1, 3)) is DATASETS["gdelt"]
    assert recognise(b"title,body\na,b\n") is None


MENTION = b"900000001\t20200927101500\t20200927101500\t1\twader.example\thttps://a.example\t1\t-1\t2\t3\t1\t50\t900\t-4.5\t\t\n"


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (MENTION, "it is the mentions table of GDELT, which is not loaded"),
        (b"20200927101500-T12\t20200927101500" + b"\t" * 25 + b"\n", "it is GDELT's Global Knowledge Graph 2.1, which"),
        (b"DATE\tNUMARTS\tCOUNTS\tTHEMES\n", "it is GDELT's Global Knowledge Graph 1.0, which"),
        (b"tableId,dataType,Empty,Description\n", "it is a list of GDELT's columns, which"),
        (b"12 " + b"a" * 32 + b" http://a.example/1.export.CSV.zip\n", "it is a list of files to download, which"),
        (b"1088704384 GDELT.MASTERREDUCEDV2.1979-2013.zip\n", "it is a list of files to download, which"),
        (b"\xef\xbb\xbfActorId,NameData,NameOrig,Org\n", "it is the list of actors of UCDP, which"),
        (b"stateabb,ccode,statenme,styear,stmonth\r\n", "it is the list of states of the Correlates of War project"),
        (b'"rcid","country","country_code","vote"\n', "it is a list of votes of the UN General Assembly, which"),
        (b"%PDF-1.7\n", "it is a PDF document, which is not loaded"),
        (b"PK\x03\x04", "it is a workbook or office document, which is not loaded"),
        (b"", "it is empty"),
        (b"\n \n", "it is empty"),
        (lines(1, 3), "it is GDELT events, 1.0 and 2.0; load it with `dotterel reference load gdelt`"),
        (b"a,b\n1,2\n", "its content fits no data set"),
    ],
)
def test_a_refusal_says_what_a_file_is(head: bytes, words: str) -> None:
    assert refusal(head).startswith(words)


def test_a_refusal_of_what_is_not_known_names_what_was_wanted() -> None:
    assert refusal(b"a,b\n1,2\n", find("gdelt")) == "it is not GDELT events, 1.0 and 2.0, as far as its content tells"


def test_the_real_files_beside_the_events_are_refused_by_name(real_data: Path) -> None:
    said: Counter[str] = Counter()
    for path in sorted((real_data / "data" / "gdelt").rglob("*")):
        for member in members(path, Settings()) if path.is_file() else ():
            assert not isinstance(member, Rejected)
            if recognise(member.head) is None:
                said[refusal(member.head)] += 1
    assert said == {
        "it is the mentions table of GDELT, which is not loaded": 2,
        "it is GDELT's Global Knowledge Graph 2.1, which is not loaded": 1,
        "it is GDELT's Global Knowledge Graph 1.0, which is not loaded": 1,
        "it is a list of GDELT's columns, which is not loaded": 4,
        "it is a list of files to download, which is not loaded": 2,
    }


def test_sources_toml_says_how_many_rows_a_file_has_at_least(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text('[africa]\ndataset = "ucdp-ged"\npath = "ged"\nleast_rows = 7\n')
    settings = Settings(config=tmp_path / "dotterel.toml")
    assert find("ucdp-ged", settings).least_rows == 7
    assert find("ucdp-ged", settings).origin == find("ucdp-ged").origin
    assert find("unhcr", settings).least_rows == find("unhcr").least_rows == 100


def test_sources_toml_has_its_own_word_on_where_a_data_set_is_from(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text('[mine]\ndataset = "acled"\npath = "a"\nlicence = "our contract of 2026"\n')
    said = find("acled", Settings(config=tmp_path / "dotterel.toml")).origin
    assert said.licence == "our contract of 2026"
    assert (said.publisher, said.citation) == (find("acled").origin.publisher, find("acled").origin.citation)
