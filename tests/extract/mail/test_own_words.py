"""What the sender of a message wrote, and what is a quote, an attribution, a signature or a footer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract.mail.html_text import as_html, html_lines
from tasks.extract.mail.lines import plain_lines
from tasks.extract.mail.own_words import own_text

NAMES = "Mara Finch mara@post.example"


def own(text: str, *, is_reply: bool = True) -> str:
    return "\n".join(line.text for line in own_text(plain_lines(text), NAMES, is_reply=is_reply).lines)


def own_html(html: str, *, is_reply: bool = True) -> str:
    return "\n".join(line.text for line in own_text(html_lines(html), NAMES, is_reply=is_reply).lines if line.text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("It is open.\n\n> Is the road open?\n", id="a quote below"),
        pytest.param(
            "On Sat, 30 Sep 2023 at 10:00, Jon Wren <jon@x.example> wrote:\n> Is it open?\n\nIt is open.\n", id="above"
        ),
        pytest.param(
            "On Sat, 30 Sep 2023 at 10:00, Jon Wren\n<jon@x.example> wrote:\n\n> Is it?\n\nIt is open.", id="two lines"
        ),
        pytest.param(
            "In article <1993Apr1.1@x.example> jon@x.example (Jon\nWren) writes:\n>Is it?\n\nIt is open.", id="Usenet"
        ),
        pytest.param("jon@x.example (Jon Wren) writes:\n\n>Is it?\n>>No.\n\nIt is open.", id="an address"),
        pytest.param("JW> Is it open?\nJW> Or not?\nIt is open.", id="initials"),
        pytest.param("[JW] Is it open?\n[JW] Or not?\n\nIt is open.", id="initials in brackets"),
        pytest.param("Jon writes:\n|> Is it\n|> open?\nIt is open.", id="bars and angles"),
        pytest.param("Jon writes:\n| Is it\n| open?\n\nIt is open.", id="bars"),
        pytest.param("Jon Wren schrieb:\n: Is it\n: open?\n\nIt is open.", id="colons"),
        pytest.param(
            "It is open.\n\n-----Original Message-----\nFrom: Jon\nSent: Monday\nTo: Mara\nSubject: Road\n\nIs it?",
            id="Outlook",
        ),
        pytest.param(
            "It is open.\n\n________________________________\nFrom: Jon\nSent: 1 May\nTo: M\nSubject: R\n\nIs it?",
            id="a rule",
        ),
        pytest.param(
            "It is open.\n\nOn Sat, 30 Sep 2023 at 10:00, Jon <jon@x.example> wrote:\n\nIs it open?\n",
            id="without marks",
        ),
        pytest.param("It is open.\n\n-- \nMara Finch\nPlover Post\n", id="a signature"),
        pytest.param("It is open.\n\n--\nMara Finch\n\n> Is it?", id="a signature and a quote"),
        pytest.param("It is open.\n\nSent from my iPhone\n\n> Is it?", id="a telephone"),
        pytest.param("It is open.\n\nGet Outlook for iOS<https://aka.example/x>\n", id="a program"),
        pytest.param("It is open.\n\nBest regards,\nMara\n", id="goodbye"),
        pytest.param("It is open.\n\nMara Finch\n   'The road goes ever on.'\n", id="a motto below the name"),
        pytest.param(
            "It is open.\n-----\nMara Finch / mara@post.example / Plover Post\n", id="a short rule and an address"
        ),
        pytest.param("It is open.\n\n___________________\nRoads mailing list\nRoads@x.example\n", id="a list"),
        pytest.param(f"It is open.\n\n{'-' * 60}\nTo unsubscribe, e-mail: a@b.example\n", id="how to leave a list"),
        pytest.param(
            "It is open.\n\nThis message and its content may be confidential. If you are not the intended "
            "recipient, tell us and\ndelete it.\n",
            id="a legal notice",
        ),
        pytest.param("View this email in your browser: https://x.example/1\n\nIt is open.\n", id="a pointer"),
        pytest.param(
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nIt is open.\n-----BEGIN PGP SIGNATURE-----\niQEz\n"
            "-----END PGP SIGNATURE-----\n",
            id="signed with PGP",
        ),
        pytest.param("It is open.\n\nbegin 644 a.gif\nM1TE&.#EA\n`\nend\n", id="a picture"),
        pytest.param("It is open.[cid:image001.png@01D]\n", id="the place of a picture"),
    ],
)
def test_only_what_the_sender_wrote_is_kept(text: str) -> None:
    assert own(text) == "It is open."
    assert own(text.replace("\n", "\r\n")) == "It is open."


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Five points:\n\n- one\n- two\n\n* * *\n\nThe end of it.", id="a list and a row of stars"),
        pytest.param("| a | b |\n| 1 | 2 |\n\nA table.", id="a table"),
        pytest.param("The minister wrote:\n\n“We shall leave.”\n\nNobody knew why.", id="a letter in the news"),
        pytest.param("In London, the minister said:\nwe shall leave on Monday.", id="speech"),
        pytest.param("The road was shut -- for a day.\nFrom: here to there\nit was dark.", id="dashes and a colon"),
        pytest.param("One line.\n\n[1] A note\n[2] Another", id="notes"),
        pytest.param(
            "Mara Finch of Plover Post was there.\n\nThe police sent from my village two men.", id="a name in the text"
        ),
    ],
)
def test_a_text_without_quotes_stays_as_it_is(text: str) -> None:
    assert own(text, is_reply=False) == text


def test_answers_between_quotes_are_kept() -> None:
    text = "Jon wrote:\n> Is the road open?\n\nSince Monday.\n\n> And the bridge?\n\nNot yet."
    assert own(text) == "Since Monday.\n\nNot yet."


def test_the_text_behind_a_link_keeps_its_words() -> None:
    assert own("The road <https://x.example/1> is open again.") == "The road is open again."


@pytest.mark.parametrize(
    "quote",
    [
        '<div class="gmail_quote"><div class="gmail_attr">On Sat, 30 Sep 2023, Jon wrote:</div>'
        "<blockquote>Is it?</blockquote></div>",
        '<div class="moz-cite-prefix">On 30/09/2023 10:00, Jon wrote:<br></div>'
        '<blockquote type="cite"><p>Is it?</p></blockquote>',
        "<hr><p><b>From:</b> Jon<br><b>Sent:</b> Monday<br><b>To:</b> Mara<br><b>Subject:</b> Road</p><p>Is it?</p>",
        '<div class="yahoo_quoted">On Saturday, Jon wrote: Is it?</div>',
        '<div class="gmail_signature">Mara Finch<br>Plover Post</div>',
        "<p>&gt; Is it?</p>",
    ],
)
def test_quotes_and_signatures_of_html_are_left_out(quote: str) -> None:
    assert own_html(f"<html><body><p>It is open.</p>{quote}</body></html>") == "It is open."


def test_what_a_newsletter_sets_off_is_kept() -> None:
    assert own_html("<p>She said:</p><blockquote>We leave.</blockquote><p>They left.</p>", is_reply=False) == (
        "She said:\nWe leave.\nThey left."
    )


def test_lines_of_html_become_paragraphs_again() -> None:
    assert as_html(html_lines("<h2>Road</h2><div>1 &lt; 2</div><br>It is<br>open")) == (
        "<p>Road</p>\n<p>1 &lt; 2</p>\n<p>It is</p>\n<p>open</p>"
    )


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "> a",
                "",
                "text of it.",
                "-- ",
                "On 1 May 2023 J <j@x> wrote:",
                "From: x",
                "Subject: y",
                "To: z",
                "Begin forwarded message:",
                "-----Original Message-----",
                "___________",
                "unsubscribe",
                "| b",
            ]
        )
    ),
    st.booleans(),
)
def test_every_line_that_is_kept_was_there(lines: list[str], is_reply: bool) -> None:
    found = own_text(plain_lines("\n".join(lines)), NAMES, is_reply=is_reply)
    kept = found.lines + (found.forward.lines if found.forward else [])
    assert {line.text for line in kept} <= {*lines, "", "a", "b"}  # without the marks of `> a` and `| b`


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_no_html_crashes_the_reader(text: str) -> None:
    as_html(own_text(html_lines(text)).lines)
    as_html(own_text(html_lines(f"<div class='gmail_quote'>{text}<blockquote type=cite>{text}")).lines)
