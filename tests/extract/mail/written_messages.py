"""Messages that the tests of mail write, and what the reader makes of them."""

from email.message import EmailMessage
from pathlib import Path

from tasks.extract.drafts import Draft, Rejected, Remark
from tasks.extract.mail import messages
from tasks.settings import path_source
from tasks.transform.articles import clean_text

SOURCE = path_source(Path("mail"))
TEXT = "The first convoy reached the town on Saturday.\n\nIt brought flour and fuel, a spokeswoman said.\n"
HTML = "<p>The first convoy reached the town on Saturday.</p><p>It brought flour and fuel, a spokeswoman said.</p>"
HEAD = "From: Mara Finch <mara@post.example>\nSubject: Convoy reaches the town\nDate: Sat, 30 Sep 2023 18:05:00 +0400\n"


def message(body: str = TEXT, **fields: str) -> EmailMessage:
    made = EmailMessage()
    stated = {
        "From": "Mara Finch <mara@post.example>",
        "Subject": "Convoy reaches the town",
        "Date": "Sat, 30 Sep 2023 18:05:00 +0400",
    } | {name.replace("_", "-"): value for name, value in fields.items()}
    made.set_content(body)
    for name, value in stated.items():
        if value:
            made[name] = value
    return made


def read(data: bytes | str | EmailMessage) -> list[Draft | Rejected]:
    if isinstance(data, EmailMessage):
        data = data.as_bytes()
    data = data.encode() if isinstance(data, str) else data
    return [item for item in messages.read_message(data, SOURCE) if not isinstance(item, Remark)]


def draft(data: bytes | str | EmailMessage) -> Draft:
    (only,) = read(data)
    assert isinstance(only, Draft), only
    return only


def body(data: bytes | str | EmailMessage) -> str:
    return clean_text(draft(data).body)
