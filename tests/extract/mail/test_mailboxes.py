"""Mailboxes: where one message ends and the next begins, in a stream of any size."""

import csv
import io
import mailbox
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract.drafts import Draft, Rejected, Remark
from tasks.extract.mail import mailboxes
from tasks.settings import Settings, path_source

SOURCE = path_source(Path("mail"))
FROM = "From mara@post.example Sat Sep 30 14:05:00 2023\n"


def written(number: int, body: str = "The convoy reached the town.\n", first: str = FROM) -> str:
    date = f"Sat, 30 Sep 2023 18:0{number}:00 +0400"
    head = f"From: Mara Finch <mara@post.example>\nSubject: Convoy {number}\nDate: {date}\n"
    return f"{first}{head}\n{body}\n"


def read(data: str | bytes, limits: Settings | None = None) -> list[Draft | Rejected]:
    file = io.BytesIO(data.encode() if isinstance(data, str) else data)
    return [item for item in mailboxes.read_mailbox(file, SOURCE, limits or Settings()) if not isinstance(item, Remark)]


def titles(data: str | bytes) -> list[str]:
    return [item.title for item in read(data) if isinstance(item, Draft)]


@pytest.mark.parametrize(
    "first",
    [
        FROM,
        "From MAILER-DAEMON Fri Jul  8 12:08:34 2011\n",
        "From - Mon Jan 01 00:00:00 2024\n",
        "From ???@??? Mon Jan 01 00:00:00 2024\n",
        "From 1234567890123@xxx Mon Jan 01 00:00:00 +0000 2024\n",
        "From mara at post.example  Sat Sep 30 14:05:00 2023\n",
        "From mara@post.example Sat, 30 Sep 2023 14:05:00 +0000\n",
        "From mara@post.example\n",
        "From \n",
    ],
)
def test_messages_are_parted_by_every_kind_of_from_line(first: str) -> None:
    data = written(1, first=first) + written(2, first=first)
    assert mailboxes.fits_mailbox(data.encode())
    assert titles(data) == ["Convoy 1", "Convoy 2"]


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_line_ends_of_other_systems_part_messages_too(ends: str) -> None:
    data = (written(1) + written(2)).replace("\n", ends).encode()
    assert mailboxes.fits_mailbox(data)
    assert titles(data) == ["Convoy 1", "Convoy 2"]


def test_a_missing_blank_line_between_messages_does_no_harm() -> None:
    assert titles(written(1).rstrip("\n") + "\n" + written(2)) == ["Convoy 1", "Convoy 2"]


@pytest.mark.parametrize(
    "line",
    [
        "From now on the road is open.",
        "From Monday: two lorries.",
        "From the town we saw it.\nNote: it was dark.",
        "From",
    ],
)
def test_a_line_of_a_text_parts_nothing(line: str) -> None:
    (found,) = read(written(1, f"The convoy came.\n\n{line}\n\nIt left again.\n"))
    assert isinstance(found, Draft)
    assert found.body == f"The convoy came.\n\n{line}\n\nIt left again."


def test_escaped_lines_are_unescaped() -> None:
    (found,) = read(written(1, "The convoy came.\n\n>From here it went on.\n"))
    assert isinstance(found, Draft)
    assert found.body.endswith("\n\nFrom here it went on.")


def test_a_quoted_line_is_no_escaped_one() -> None:
    (found,) = read(written(1, "He asks:\n\n>Where\n>From where\n>From here\n\nIt went on from here.\n"))
    assert isinstance(found, Draft)
    assert "From where" not in found.body


def test_offsets_are_bytes_of_the_file_and_cover_it() -> None:
    data = (written(1, "Café.\n") + written(2)).encode()
    first, second = read(data)
    assert (first.start, first.end, second.start, second.end) == (0, data.index(FROM.encode(), 5), first.end, len(data))
    assert (first.record, second.record) == ("#1", "#2")


def test_the_from_line_gives_the_date_that_a_message_does_not_state() -> None:
    (found,) = read(f"{FROM}From: Mara <m@x.example>\nSubject: Convoys\n\nThe convoy came.\n")
    assert isinstance(found, Draft)
    assert (found.date, found.date_basis) == ("Sat Sep 30 14:05:00 2023", "header")


def test_a_message_that_is_too_large_is_rejected_and_the_rest_is_read() -> None:
    data = written(1, "word " * 2000 + "\n") + written(2)
    large, small = read(data, Settings(max_member_bytes=5000))
    assert isinstance(large, Rejected)
    assert (large.reason, large.record) == ("too_large", "#1")
    assert isinstance(small, Draft)
    assert small.start == large.end


@pytest.mark.parametrize("allowed", ["just enough", "a byte less"])
def test_a_message_is_read_to_its_last_line_or_rejected(allowed: str) -> None:
    attached = f"--b\nContent-Type: image/png\n\n{'A' * 50_000}\n" * 1_400
    head = f"{FROM}From: Mara <m@x.example>\nSubject: Convoy\nContent-Type: multipart/mixed; boundary=b\n\n"
    data = f"{head}{attached}--b\n\nThe convoy left again.\n--b--\n".encode()
    (found,) = read(data, Settings(max_member_bytes=len(data) - (allowed == "a byte less")))
    if allowed == "just enough":
        assert isinstance(found, Draft)
        assert found.body == "The convoy left again."
    else:
        assert isinstance(found, Rejected)
        assert found.reason == "too_large"


def test_a_mailbox_is_read_as_a_stream() -> None:
    class Endless(io.RawIOBase):
        sent = 0

        def read(self, size: int = -1) -> bytes:
            self.sent += 1
            assert self.sent < 5, "more was read than was asked for"
            return (written(1) * 6000).encode()[:1_000_000]

    reading: Iterator[object] = mailboxes.read_mailbox(Endless(), SOURCE, Settings())  # type: ignore[arg-type]
    assert isinstance(next(reading), Draft)


@pytest.mark.parametrize(
    "text", ["", "From now on\nnothing is as it was", "From: a@b.example\nSubject: c\n\n", "Title\n\nText"]
)
def test_other_texts_are_no_mailboxes(text: str) -> None:
    assert not mailboxes.fits_mailbox(text.encode())


lines = st.lists(
    st.from_regex(r"(?:From |>From |)[A-Za-z][a-z]{1,8}( [a-z]{2,8}){1,8}\.", fullmatch=True), min_size=1, max_size=6
)


@settings(max_examples=40, deadline=None)
@given(st.lists(lines, min_size=1, max_size=4))
def test_what_the_standard_library_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("box") / "a.mbox"
    box = mailbox.mbox(path)
    for number, body in enumerate(bodies):
        written_out = mailbox.mboxMessage()
        written_out.set_payload("\n\n".join(line.removeprefix(">") for line in body) + "\n")
        written_out["From"], written_out["Subject"] = "Mara <m@x.example>", f"Convoy {number}"
        box.add(written_out)
    box.close()
    found = read(path.read_bytes())
    assert [item.title for item in found if isinstance(item, Draft)] == [
        f"Convoy {number}" for number in range(len(bodies))
    ]
    for item, body in zip(found, bodies, strict=True):
        assert isinstance(item, Draft)
        assert item.body.split("\n\n") == [line.removeprefix(">") for line in body]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [b"From ", b"a@b ", b"Mon Jan  1 10:00:00 2024", b"\n", b"\n\n", b"Subject: x", b"\r", b"\xff", b">"]
        )
    )
)
def test_no_input_crashes_the_reader(parts: list[bytes]) -> None:
    data = b"".join(parts)
    mailboxes.fits_mailbox(data)
    end = 0
    for item in read(data):
        assert end <= item.start <= item.end <= len(data)
        end = item.start


def test_every_real_mailbox_has_the_messages_that_are_stated(real_data: Path) -> None:
    with (real_data / "data" / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        stated = {row["path"]: int(row["rows"]) for row in csv.DictReader(file) if row["path"].startswith("mail/mbox/")}
    assert len(stated) > 5
    for name, rows in stated.items():
        data = (real_data / "data" / name).read_bytes()
        found = read(data)
        assert mailboxes.fits_mailbox(data[:65_536]), name
        assert len(found) == rows, name
        assert all(isinstance(item, Draft) and item.title and item.date and item.author for item in found), name
        bodies = "\n".join(item.body for item in found if isinstance(item, Draft))
        assert bodies.count("To unsubscribe") <= 1, name  # one mail program lost all line ends of what it quotes
        assert "\n>" not in bodies, name
