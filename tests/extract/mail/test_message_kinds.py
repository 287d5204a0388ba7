"""Kinds of messages: forwarded articles, saved pages, headlines, and those that are no article."""

import pytest
from written_messages import HTML, TEXT, draft, message, read

from tasks.extract.drafts import Draft, Rejected
from tasks.extract.mail import messages
from tasks.transform.articles import clean_text

# --- what was passed on


FORWARDS = {
    "Gmail": "------- Forwarded message ------\nFrom: {f}\nDate: {d}\nSubject: {s}\nTo: Jon <jon@x.example>\n\n\n",
    "Apple": "Begin forwarded message:\n\nFrom: {f}\nSubject: {s}\nDate: {d}\nTo: Jon <jon@x.example>\n\n",
    "Outlook": "-----Original Message-----\nFrom: {f}\nSent: {d}\nTo: Jon\nSubject: {s}\n\n",
    "Thunderbird": "-------- Forwarded Message --------\nSubject: \t{s}\nDate: \t{d}\nFrom: \t{f}\nTo: \tJon\n\n\n",
    "no line above": "From: {f}\nSent: {d}\nTo: Jon\nSubject: {s}\n\n",
}


@pytest.mark.parametrize("form", FORWARDS)
@pytest.mark.parametrize("above", ["", "Worth reading.\n\n"])
def test_a_forwarded_article_is_the_article(form: str, above: str) -> None:
    head = FORWARDS[form].format(
        f="Plover Post <news@plover.example>", d="Fri, 29 Sep 2023 08:00:00 +0000", s="Convoys leave"
    )
    found = draft(message(above + head + TEXT, Subject="Fwd: Convoys leave"))
    assert (found.title, found.author, found.poster) == ("Convoys leave", "Plover Post", "Mara Finch")
    assert (found.date, found.date_basis) == ("Fri, 29 Sep 2023 08:00:00 +0000", "stated")
    assert clean_text(found.body) == TEXT.strip()


def test_a_forwarded_article_with_marks_of_a_quote_is_the_article() -> None:
    lines = [
        "From: Plover Post <news@plover.example>",
        "Subject: Convoys leave",
        "Date: 29 September 2023",
        "",
        *TEXT.split("\n"),
    ]
    quoted = "\n".join(f"> {line}".rstrip() for line in lines)
    found = draft(message(f"Begin forwarded message:\n\n{quoted}\n", Subject="Fwd: Convoys leave"))
    assert (found.title, found.date, clean_text(found.body)) == ("Convoys leave", "29 September 2023", TEXT.strip())


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(
            '<div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>'
            "From: <b>Plover Post</b> "
            "&lt;news@plover.example&gt;<br>Date: 29 September 2023<br>Subject: Convoys leave<br>To: Jon<br></div>"
            f"<br>{HTML}</div>",
            id="Gmail",
        ),
        pytest.param(
            "<div>Begin forwarded message:</div><blockquote type='cite'><div><b>From: </b>Plover Post</div>"
            "<div><b>Subject: </b>"
            f"Convoys leave</div><div><b>Date: </b>29 September 2023</div><br>{HTML}</blockquote>",
            id="Apple",
        ),
    ],
)
def test_an_article_forwarded_in_html_is_the_article(html: str) -> None:
    made = message("", Subject="Fwd: Convoys leave")
    made.set_content(f"<html><body>{html}</body></html>", subtype="html")
    found = draft(made)
    assert (found.title, found.author, found.date) == ("Convoys leave", "Plover Post", "29 September 2023")
    assert clean_text(found.body) == TEXT.strip()


def test_a_long_comment_above_what_is_forwarded_is_an_article_too() -> None:
    head = FORWARDS["Gmail"].format(f="Plover Post <a@b.example>", d="29 September 2023", s="Convoys leave")
    found = read(
        message("I have my doubts about every word of this. " * 5 + "\n\n" + head + TEXT, Subject="Fwd: Convoys leave")
    )
    assert [item.record for item in found] == ["#1", "#2"]
    assert [item.author for item in found if isinstance(item, Draft)] == ["Mara Finch", "Plover Post"]


# --- saved pages

SAVED = (
    "From: <Saved by Blink>\nSnapshot-Content-Location: https://plover.example/1\nSubject: Convoys\n"
    "Date: Sun, 1 Oct 2023 06:00:00 -0000\nMIME-Version: 1.0\n"
    'Content-Type: multipart/related; type="text/html"; boundary="b"\n\n'
    "--b\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<p lang=3Den>Flour came.</p>\n"
    "--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAAA\n--b--\n"
)


def test_a_page_that_a_browser_saved_is_told_from_mail() -> None:
    page = messages.saved_page(SAVED.encode())
    assert page is not None
    assert (page.html.strip(), page.url) == (b"<p lang=en>Flour came.</p>", "https://plover.example/1")
    assert page.date == "Sun, 1 Oct 2023 06:00:00 -0000"
    assert messages.saved_page(message().as_bytes()) is None


def test_a_saved_page_read_as_mail_has_no_browser_as_its_author() -> None:
    found = draft(SAVED)
    assert (found.author, found.date_basis, clean_text(found.body)) == ("", "header", "Flour came.")


# --- what has no text


@pytest.mark.parametrize(
    "text", ["> all of it\n> is quoted\n", "-- \nMara Finch\n", "On 1 Jan 2024 at 10:00, Jon wrote:\n> a\n"]
)
def test_a_message_with_nothing_of_its_own_is_rejected(text: str) -> None:
    (found,) = read(message(text, Subject="Re: Convoys"))
    assert isinstance(found, Rejected)
    assert (found.reason, found.sample) == ("no_text", "Convoys")


def test_a_new_message_with_a_subject_alone_is_a_headline() -> None:
    assert (draft(message("")).title, draft(message("")).body) == ("Convoy reaches the town", "")


def test_an_encrypted_message_is_named_so() -> None:
    (found,) = read(message("-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"))
    assert isinstance(found, Rejected)
    assert found.reason == "encrypted"
