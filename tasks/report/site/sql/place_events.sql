-- The events behind the dots, $each at most of each place, one an incident. Columns: place, north, east, event_id, source.
with located as (
    select *, round(latitude, 2) as north, round(longitude, 2) as east
    from told
    where modality = 'actual' and day is not null and month >= $since and quad_class is not null
        and latitude is not null and longitude is not null and place is not null
        and place_precision is distinct from 'country'
        and place in (select unnest($names))
    qualify row_number() over (partition by incident order by confidence desc, event_id, source) = 1
)
select place, north, east, event_id, source
from located
qualify row_number() over (
    partition by place, north, east
    order by confidence >= 0.5 desc, day desc, abs(intensity) desc nulls last, event_id, source
) <= $each
order by place, north, east, confidence >= 0.5 desc, day desc, abs(intensity) desc nulls last, event_id, source
