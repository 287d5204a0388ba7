-- subjects: what was told as done (`actual`), once for each country that has a part in it or in which it took place, once
-- for each pair of countries, and once for all. One row an event and subject.
with parts as (
    select
        *,
        list_distinct(list_filter([actor_country, recipient_country, place_country], lambda c: c is not null))
            || if(
                actor_country <> recipient_country,
                [least(actor_country, recipient_country) || '-' || greatest(actor_country, recipient_country)],
                []
            )
            || ['all'] as names
    from told
    where modality = 'actual' and day is not null and quad_class is not null
)
select unnest(names) as subject, event_id, source, month, day, quad_class, event_type, incident, intensity, confidence
from parts
