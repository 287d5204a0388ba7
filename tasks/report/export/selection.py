"""Says which events an export holds: by day, country and data set, each event once."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tasks.contract import EVENT_DATASETS
from tasks.errors import UsageError
from tasks.report.reports import country_code


@dataclass(frozen=True, slots=True)
class Selection:
    """Which events are asked for; None where all are.

    `since` and `until` are days of publication, both inclusive; for events of UCDP and ACLED, which are published much
    later, the day on which they happened. `country` is that of the actor, the recipient or the place. `as_of`: only
    what was public on that day.
    """

    since: date | None = None
    until: date | None = None
    country: str | None = None
    dataset: str | None = None
    as_of: date | None = None

    def __post_init__(self) -> None:
        """Raise UsageError for a range that ends before it begins, and for what is no country code."""
        if self.since and self.until and self.since > self.until:
            raise UsageError(f"--since {self.since} is after --until {self.until}.")
        if self.country:
            country_code("--country", self.country)
        if self.dataset and self.dataset not in EVENT_DATASETS:
            raise UsageError(
                f"There is no data set '{self.dataset}' of events. Data sets: {', '.join(EVENT_DATASETS)}."
            )

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters of the queries below."""
        return {"since": self.since, "until": self.until, "country": self.country, "dataset": self.dataset}

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out, but what was not public on a day."""
        return not any(value is not None for value in self.parameters.values())


SELECTED: Final = """\
selected as (
    select * exclude (told)
    from (
        select
            *,
            case
                when dataset in ('ucdp_ged', 'acled') then event_date
                else coalesce(published_date, event_date)
            end as told
        from events
    ) e
    where ($since::date is null or told >= $since::date)
        and ($until::date is null or told <= $until::date)
        and ($dataset::varchar is null or dataset = $dataset::varchar)
        and (
            $country::varchar is null
            or actor_country = $country::varchar
            or recipient_country = $country::varchar
            or place_country = $country::varchar
        )
        and not exists (
            from events o
            where o.dataset = e.dataset and o.event_id = e.event_id and (o.source, o.period) < (e.source, e.period)
        )
)"""
"""The events that are selected, to stand in a WITH clause; one that two sources hold, from the first of them."""

DONE: Final = """\
done as (
    select *
    from selected
    where coalesce(modality, 'actual') = 'actual'
        and event_date is not null
        and coalesce(date_precision, 'day') = 'day'
)"""
"""Of these, what other data sets can hold: they have no word for an act that was not done, nor for a vague day."""
