"""Single e-mails and Usenet messages: what is a message, its fields, its parts, and what is in them."""

import csv
import zipfile
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from written_messages import HEAD, HTML, SOURCE, TEXT, body, draft, message, read

from tasks.extract.drafts import Draft, Rejected, Remark
from tasks.extract.mail import messages
from tasks.transform.articles import clean_text
from tasks.transform.dates import published

# --- what is a message


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(HEAD, id="sender with an address, subject, date"),
        pytest.param(
            "Xref: host sci.news:1\nPath: host!user\nFrom: user@host\nNewsgroups: sci.news\nSubject: A\n", id="Usenet"
        ),
        pytest.param(
            "Return-Path: <a@b.example>\nReceived: from x\n\tby y\nSubject: A\nFrom: B\n", id="a folded field"
        ),
        pytest.param("From: Mara\nSent: Monday\nTo: Jon\nSubject: A\n", id="exported by a mail program"),
        pytest.param(
            "MIME-Version: 1.0\nDate: Mon, 1 Jan 2024 10:00:00 +0000\nFrom: =?utf-8?q?M?= <m@x.example>\n", id="MIME"
        ),
        pytest.param("\ufeff\n" + HEAD, id="a byte order mark and a blank line"),
        pytest.param("1234\n" + HEAD, id="the length that Apple Mail writes"),
    ],
)
def test_a_message_is_known_by_its_head(head: str) -> None:
    assert messages.fits(f"{head}\nText\n".encode())
    assert messages.fits(f"{head}\nText\n".replace("\n", "\r\n").encode())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "Title: Convoy reaches the town\nDate: 30 Sep 2023\nSource: Plover Post\nAuthor: Mara\n\nText", id="labels"
        ),
        pytest.param("---\ntitle: A\ndate: 2023-09-30\nfrom: b\n---\nText", id="front matter"),
        pytest.param(
            "From: Plover Post\nSubject: Convoys\nDate: 30 Sep 2023\n\nText", id="a sender without an address"
        ),
        pytest.param("From now on: nothing\nis as it was", id="prose"),
        pytest.param('{"from": "a@b.example", "subject": "c"}', id="JSON"),
        pytest.param("<html><body>From: a@b.example</body></html>", id="HTML"),
        pytest.param("HTTP/1.1 200 OK\nDate: x\nContent-Type: text/html\n\n", id="an HTTP response"),
        pytest.param("", id="nothing"),
    ],
)
def test_other_texts_are_no_messages(text: str) -> None:
    assert not messages.fits(text.encode())


# --- fields


def test_fields_come_from_the_head() -> None:
    found = draft(message(Content_Language="en", Keywords="convoy, relief", Archived_At="<https://lists.example/1>"))
    assert (found.title, found.author) == ("Convoy reaches the town", "Mara Finch")
    assert (found.date, found.date_basis) == ("Sat, 30 Sep 2023 18:05:00 +0400", "stated")
    assert (found.url, found.language, found.categories) == ("https://lists.example/1", "en", ("convoy", "relief"))


def test_offsets_are_those_of_the_whole_message() -> None:
    data = message().as_bytes()
    assert (draft(data).start, draft(data).end, draft(data).record) == (0, len(data), "#1")


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Re: Convoy reaches the town", "Convoy reaches the town"),
        ("Fwd: RE: [3] Convoys", "[3] Convoys"),
        ("AW: Re[2]: Convoys", "Convoys"),
        ("[BREAKING] Convoys", "[BREAKING] Convoys"),
        ("Convoys (fwd)", "Convoys"),
        ("(no subject)", ""),
        ("Reuters: a look back", "Reuters: a look back"),
    ],
)
def test_a_title_has_no_marks_of_replies(subject: str, title: str) -> None:
    assert draft(message(Subject=subject)).title == title


def test_the_name_of_the_list_goes_from_the_title_and_becomes_the_outlet() -> None:
    found = draft(message(Subject="Re: [relief-talk] Convoys", List_Id="Relief talk <relief-talk.lists.example>"))
    assert (found.title, found.outlet) == ("Convoys", "Relief talk")


@pytest.mark.parametrize(
    ("fields", "outlet"),
    [
        pytest.param(
            {"Newsgroups": "soc.news,alt.news", "Organization": "A College"}, "soc.news", id="the first newsgroup"
        ),
        pytest.param({"List-Id": "<news.lists.example>"}, "news.lists.example", id="a list without a name"),
        pytest.param(
            {
                "List-Id": "8a7c9bcdef0123mc list <8a7c9bcdef0123.messages.example>",
                "List-Unsubscribe": "<mailto:x>",
                "From": "Plover Post <news@plover.example>",
            },
            "Plover Post",
            id="a newsletter of a bulk sender",
        ),
        pytest.param({"Organization": "A College"}, "A College", id="the organisation"),
        pytest.param({}, "", id="a private mail"),
    ],
)
def test_the_outlet_is_what_carried_the_message(fields: dict[str, str], outlet: str) -> None:
    assert draft(message(**fields)).outlet == outlet


@pytest.mark.parametrize(
    ("sender", "author"),
    [
        ("Mara Finch <mara@post.example>", "Mara Finch"),
        ('"Finch, Mara" <mara@post.example>', "Finch, Mara"),
        ("mara@post.example (Mara Finch)", "Mara Finch"),
        ("mara@post.example", "mara"),
        ("Mara Finch via News <news@lists.example>", "Mara Finch"),
        ("=?utf-8?q?M=C3=A1ra?= <mara@post.example>", "Mára"),
        ("Mára Finch <mara@post.example>", "Mára Finch"),
    ],
)
def test_the_author_is_the_name_of_the_sender(sender: str, author: str) -> None:
    assert draft(f"From: {sender}\nTo: x@y.example\nSubject: Convoys\n\n{TEXT}").author == author


def test_a_subject_is_read_however_it_is_encoded() -> None:
    for subject in (
        b"=?utf-8?b?Q29udm95cyDigJMgbmV3cw==?=",
        "Convoys – news".encode(),
        "Convoys – news".encode("cp1252"),
    ):
        assert (
            draft(b"From: a@b.example\nTo: c\nSubject: " + subject + b"\n\n" + TEXT.encode()).title == "Convoys – news"
        )


def test_a_year_of_two_digits_is_read() -> None:
    stated = HEAD.replace("Sat, 30 Sep 2023 18:05:00 +0400", "26 Apr 93 22:22:28 GMT")
    assert published(draft(f"{stated}\n{TEXT}").date).at == datetime(1993, 4, 26, 22, 22, 28, tzinfo=UTC)


def test_without_a_date_the_surroundings_give_one() -> None:
    data = f"From: a@b.example\nTo: c\nSubject: Convoys\n\n{TEXT}".encode()
    (found,) = messages.read_message(data, SOURCE, url="https://x.example/1", date="Sat Sep 30 14:05:00 2023")
    assert isinstance(found, Draft)
    assert (found.date, found.date_basis, found.url) == ("Sat Sep 30 14:05:00 2023", "header", "https://x.example/1")


# --- parts


def test_the_plain_form_is_preferred() -> None:
    made = message()
    made.add_alternative("<p>Other words</p>", subtype="html")
    assert body(made) == TEXT.strip()


@pytest.mark.parametrize(
    "plain",
    ["", "Your mail program does not support HTML.", "View this email in your browser: https://x.example/1", "News"],
)
def test_the_html_form_is_read_where_the_plain_one_is_empty_or_points_to_it(plain: str) -> None:
    made = message(plain)
    made.add_alternative(f"<html><head><style>p {{}}</style></head><body>{HTML}</body></html>", subtype="html")
    assert body(made) == TEXT.strip()


def test_the_name_of_a_page_and_the_subject_above_the_text_are_no_part_of_it() -> None:
    made = message("")
    head = "<head><title>Plover Post</title></head>"
    made.set_content(f"<html>{head}<body><h1>Convoy reaches the town</h1>{HTML}</body></html>", subtype="html")
    assert body(made) == clean_text(HTML)
    assert body(message(f"Convoy reaches the town\n\n{TEXT}")) == TEXT.strip()
    assert body(message("Convoy reaches the town\n")) == "Convoy reaches the town"


def test_what_nobody_sees_in_html_is_left_out() -> None:
    made = message("")
    hidden = '<div style="display:none;max-height:0">Preview&nbsp;&zwnj;</div><span class="preheader">More</span>'
    made.set_content(f"<body>{hidden}{HTML}<script>x()</script></body>", subtype="html")
    assert body(made) == TEXT.strip()


@pytest.mark.parametrize("transfer", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize("charset", ["utf-8", "cp1251", "koi8-r"])
def test_transfer_encodings_and_charsets_are_undone(transfer: str, charset: str) -> None:
    russian = "Первый конвой прибыл в город в субботу. Он привёз муку и топливо."
    made = message()
    made.set_content(russian, charset=charset, cte=transfer)
    assert body(made) == russian


@pytest.mark.parametrize("declared", ["", "us-ascii", "iso-8859-1", "x-unknown", "punycode", "utf-8"])
def test_a_charset_that_is_wrong_or_missing_does_no_harm(declared: str) -> None:
    text = "“The café is shut,” she said – for good. Nobody knows why it was shut."
    kind = f"Content-Type: text/plain; charset={declared}\n" if declared else ""
    for encoding in ("utf-8", "cp1252"):
        assert body(f"{HEAD}{kind}\n".encode() + text.encode(encoding)) == text


def test_flowed_text_is_joined_to_paragraphs() -> None:
    flowed = "The first convoy \nreached the town \non Saturday.\n\n> What \n> else?\nIt brought flour.\n"
    found = draft(f"{HEAD}Content-Type: text/plain; format=flowed\n\n{flowed}")
    assert found.body.split("\n") == ["The first convoy reached the town on Saturday.", "", "It brought flour."]


def test_enriched_text_loses_its_commands() -> None:
    rich = "<bold>The first convoy</bold> reached\nthe town.\n\n\n<color><param>red</param>It</color> cost <<5.\n"
    assert body(f"{HEAD}Content-Type: text/enriched\n\n{rich}") == "The first convoy reached the town.\n\nIt cost <5."


def test_attachments_are_named_and_never_become_the_body() -> None:
    made = message()
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    made.add_attachment("Minutes of a meeting", filename="minutes.txt")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")
    found, remark = messages.read_message(made.as_bytes(), SOURCE)
    assert isinstance(found, Draft)
    assert isinstance(remark, Remark)
    assert found.body == TEXT.rstrip("\n")
    assert remark.text == "attachments were left out: 1 application/pdf, 1 text/plain"


def test_a_message_within_a_message_is_an_article_of_its_own() -> None:
    made = message("FYI\n", Subject="For you")
    made.add_attachment(message(Subject="Convoy turns back"))
    assert [item.title for item in read(made) if isinstance(item, Draft)] == ["Convoy turns back"]
    made = message(TEXT * 3, Subject="For you")
    made.add_attachment(message(Subject="Convoy turns back"))
    assert [item.title for item in read(made) if isinstance(item, Draft)] == ["For you", "Convoy turns back"]


def test_a_footer_in_a_part_of_its_own_is_left_out() -> None:
    made = message("", List_Id="<news.lists.example>")
    made.set_content(HTML, subtype="html")
    made.make_mixed()
    footer = EmailMessage()
    footer.set_content("_" * 40 + "\nNews mailing list\nhttps://lists.example/mailman/listinfo/news\n")
    made.attach(footer)
    assert body(made) == TEXT.strip()


def test_a_message_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    made = message()
    made.add_alternative(HTML, subtype="html")
    data = made.as_bytes()
    assert body(data[: data.index(b"Content-Type: text/html")]).startswith("The first convoy")
    assert draft(data[:60]).author == "Mara Finch"


# --- properties

paragraphs = st.lists(st.from_regex(r"[A-Z][a-zé]{2,9}( [a-zé]{3,9}){3,12}\.", fullmatch=True), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None)
@given(
    paragraphs,
    st.from_regex(r"[A-Z][a-zé]{3,9} [a-zé ]{4,40}[a-z]", fullmatch=True),
    st.sampled_from(["8bit", "quoted-printable", "base64"]),
    st.booleans(),
)
def test_a_message_written_and_read_back_loses_nothing(texts: list[str], title: str, transfer: str, html: bool) -> None:
    made = message(Subject=title, Archived_At="<https://lists.example/1>")
    if html:
        made.set_content("".join(f"<p>{text}</p>" for text in texts), subtype="html", cte=transfer)
    else:
        made.set_content("\n\n".join(texts) + "\n", cte=transfer)
    found = draft(made)
    assert found.title.split() == title.split()
    assert clean_text(found.body) == "\n\n".join(texts)
    assert (found.author, found.url) == ("Mara Finch", "https://lists.example/1")
    assert found.date == "Sat, 30 Sep 2023 18:05:00 +0400"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_input_crashes_the_reader(data: bytes) -> None:
    for tried in (
        data,
        HEAD.encode() + b"\n" + data,
        HEAD.encode() + b"Content-Type: multipart/mixed; boundary=" + data,
    ):
        messages.fits(tried)
        for item in messages.read_message(tried, SOURCE):
            if not isinstance(item, Remark):
                assert 0 <= item.start <= item.end <= len(tried)


@pytest.mark.parametrize(
    "piece",
    [
        b'Content-Type: multipart/mixed; boundary="a"\n\n--a\n',
        b"Content-Type: message/rfc822\n\n",
        b"<div>",
        b"=?a?q?",
        b">\nx wrote:\n",
        b"-- \n",
        b"From: x\n",
        b"-----Original Message-----\n",
        b"Begin forwarded message:\nFrom: x\nSubject: y\n\n",
        b';"',
    ],
)
def test_hostile_repetition_is_read_in_the_end(piece: bytes) -> None:
    for before in (
        HEAD.encode() + b"\n",
        HEAD.encode() + b"Content-Type: text/html\n\n",
        HEAD.encode() + b"Content-Type: a",
        b"",
    ):
        assert list(messages.read_message(before + piece * (100_000 // len(piece)), SOURCE)) is not None


@pytest.mark.parametrize("kind", ["mixed", "digest"])
def test_parts_without_number_are_left_out_and_that_is_said(kind: str) -> None:
    part = "--a\n\nFrom: Ines Vale <i@x.example>\nSubject: Convoy\n\nThe convoy left.\n"
    found = read(f'{HEAD}Content-Type: multipart/{kind}; boundary="a"\n\n{part * 30_000}--a--\n')
    assert isinstance(found[0], Draft)
    assert [item.reason for item in found if isinstance(item, Rejected)] == ["too_many_parts"]


def test_messages_written_out_in_a_text_without_number_are_left_out_and_that_is_said() -> None:
    entry = f"{'-' * 30}\n\nFrom: Ines Vale <i@x.example>\nSubject: Convoy\nDate: 1 Oct 2023\n\nIt left.\n\n"
    found = read(f"{HEAD}\nToday's Topics:\n\n   1. Convoy\n\n{entry * 10_001}")
    assert sum(isinstance(item, Draft) for item in found) == 10_000
    assert isinstance(found[-1], Rejected)
    assert found[-1].reason == "too_many_parts"


# --- real messages


def test_every_real_usenet_message_is_found(real_data: Path) -> None:
    path = "mail/20news_mideast/talk.politics.mideast_a.zip"
    with (real_data / "data" / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        stated = next(int(row["rows"]) for row in csv.DictReader(file) if row["path"] == path)
    with zipfile.ZipFile(real_data / "data" / path) as archive:
        members = [archive.read(name) for name in archive.namelist()]
    assert all(messages.fits(data[:65_536]) for data in members)
    found = [item for data in members for item in read(data)]
    drafts = [item for item in found if isinstance(item, Draft)]
    assert len(found) == stated
    assert len(drafts) >= stated - 1  # one is a quote from end to end
    assert all(item.title and item.date and item.outlet for item in drafts)
    lines = [line for item in drafts for line in item.body.split("\n")]
    assert sum(line.startswith((">", "|>", ":>")) for line in lines) == 0
    assert sum(line.startswith("In article <") for line in lines) <= 2
