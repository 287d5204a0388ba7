-- counted_events: the events, each with the incident that it tells of and the day on which it counts. One row an event;
-- a report that picks a few countries out of millions of events filters these rows and groups them by `incident`, which
-- is cheaper than by the eleven columns of the view `incidents`.
-- Columns:
--   actor, recipient   ISO 3166-1 alpha-3; the name where an organisation or group has no country
--   incident           a number that the events of one row of `incidents` share
--   day                the day on which it counts in the reports by month. Of news (`coded`, `gdelt`) that of
--                      publication, to set events against the articles read; null for history, which is what had ended
--                      more than 31 days before it was told, or is dated by a year alone. Of `ucdp_ged` and `acled` the
--                      day on which it happened: they are published much later.
--   the others         as in events
select
    *,
    case  -- no list: DuckDB makes a join of `in` with five words or more, and does it also where nobody asks for a name
        when actor_country is not null then actor_country
        when actor_sector = 'IGO' or actor_sector = 'NGO' or actor_sector = 'IMG'
            or actor_sector = 'ISM' or actor_sector = 'MNC' then actor_name
    end as actor,
    case
        when recipient_country is not null then recipient_country
        when recipient_sector = 'IGO' or recipient_sector = 'NGO' or recipient_sector = 'IMG'
            or recipient_sector = 'ISM' or recipient_sector = 'MNC' then recipient_name
    end as recipient,
    -- without the countries of the two, which `actor` and `recipient` hold where there are any
    hash(
        dataset, event_date, event_type, quad_class, modality, actor, recipient, place_name, place_country
    ) as incident,
    case
        when dataset in ('ucdp_ged', 'acled') then event_date
        when date_precision is distinct from 'year' and coalesce(event_end_date, event_date) >= published_date - 31
            then published_date
    end as day
from events
