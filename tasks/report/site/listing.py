"""Writes the SQL that lists all the rows behind a number, for `dotterel sql`, as the pages show it to copy."""

from typing import Final

_SENTENCE: Final = "substring(a.body, e.evidence_start + 1, e.evidence_end - e.evidence_start)"
_COLUMNS: Final = (
    "e.event_date, e.event_type, e.modality, e.actor, e.recipient, e.outlet,\n"
    f"       {_SENTENCE} as sentence, e.source_url"
)


def listed(dataset: str, *conditions: str) -> str:
    """The query for the events that meet all conditions, told once by each article, the newest first."""
    where = "\n  and ".join([f"e.dataset = {quoted(dataset)}", *conditions])
    return (
        f"select distinct {_COLUMNS}\nfrom counted_events e\n"
        "left join articles a on a.source = e.source and a.article_id = e.article_id\n"
        f"where {where}\norder by e.event_date desc, e.outlet"
    )


def of_subject(subject: str) -> str:
    """The condition that an event belongs to the page of a country, of a pair, or to all."""
    if subject == "all":
        return "true"
    if "-" in subject:
        one, other = (quoted(code) for code in subject.split("-"))
        return (
            f"((e.actor_country = {one} and e.recipient_country = {other}) "
            f"or (e.actor_country = {other} and e.recipient_country = {one}))"
        )
    return f"{quoted(subject)} in (e.actor_country, e.recipient_country, e.place_country)"


def of_month(month: str) -> str:
    """The condition that an event counts in a month."""
    return f"strftime(e.day, '%Y-%m') = {quoted(month)}"


def quoted(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"
