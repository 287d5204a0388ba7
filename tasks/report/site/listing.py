"""Writes the SQL that lists all the rows behind a number, for `dotterel sql`, as the pages show it to copy."""

from typing import Final

_SENTENCE: Final = "substring(a.body, e.evidence_start + 1, e.evidence_end - e.evidence_start)"
_COLUMNS: Final = (
    "e.event_date, e.event_type, e.modality, e.actor, e.recipient, e.outlet,\n"
    f"       {_SENTENCE} as sentence, e.source_url"
)


def listed(dataset: str, *conditions: str) -> str:
    """The query for the events of a data set that meet all conditions, told once by each article, the newest first."""
    return _listed(f"e.dataset = {quoted(dataset)}", *conditions)


def of_source(source: str) -> dict[str, str]:
    """The queries for all articles, events, quotations and figures of a source, each with its month, the newest first.

    They count by month what the report `coverage` counts.
    """
    read = (
        "from {table} r\njoin articles a on a.source = r.source and a.article_id = r.article_id\n"
        f"where r.source = {quoted(source)}\norder by a.published_date desc nulls last"
    )
    month = "strftime(a.published_date, '%Y-%m') as month, a.outlet"
    return {
        "articles": "select strftime(published_date, '%Y-%m') as month, published_date, language, outlet, title, url\n"
        f"from articles\nwhere source = {quoted(source)}\norder by published_date desc nulls last",
        "events": _listed(f"e.source = {quoted(source)}"),
        "quotes": f"select {month}, r.speaker_name, r.text, r.article_id\n{read.format(table='quotes')}",
        "claims": f"select {month}, r.kind, r.value_low, r.value_high, r.unit, r.text, r.article_id\n"
        + read.format(table="claims"),
    }


def _listed(*conditions: str) -> str:
    where = "\n  and ".join(conditions)
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


def of_incident(event_id: str) -> str:
    """The condition that an event tells of the same incident as that event."""
    return f"e.incident = (select any_value(incident) from counted_events where event_id = {quoted(event_id)})"


def quoted(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"
