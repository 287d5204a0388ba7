"""The models know which texts they were trained on, without keeping them."""

import gzip
from pathlib import Path

import pytest

from tasks.errors import ConfigError
from tasks.learning.seen import FILE, fingerprint, load_seen, save_seen


@pytest.mark.parametrize("copy", ["norway praised chad", "Norway praised Chad .", "“Norway praised Chad!”"])
def test_case_and_marks_make_no_other_text(copy: str) -> None:
    assert fingerprint(copy) == fingerprint("Norway praised Chad.")


def test_another_word_makes_another_text() -> None:
    assert fingerprint("Norway praised Mali.") != fingerprint("Norway praised Chad.")


def test_the_fingerprints_read_back_and_the_texts_do_not(tmp_path: Path) -> None:
    save_seen(tmp_path, ["Norway praised Chad.", "It rained."])
    assert load_seen(tmp_path) == {fingerprint("Norway praised Chad."), fingerprint("It rained.")}
    assert b"orway" not in gzip.decompress((tmp_path / FILE).read_bytes())


def test_the_order_of_the_texts_does_not_change_the_bytes(tmp_path: Path) -> None:
    save_seen(tmp_path / "one", ["Norway praised Chad.", "It rained."])
    save_seen(tmp_path / "other", ["It rained.", "Norway praised Chad.", "It rained."])
    assert (tmp_path / "one" / FILE).read_bytes() == (tmp_path / "other" / FILE).read_bytes()


def test_a_torn_list_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\x1f\x8b")
    with pytest.raises(ConfigError, match=r"seen\.json\.gz"):
        load_seen(tmp_path)
