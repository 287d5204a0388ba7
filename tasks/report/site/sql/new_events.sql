-- The events behind `new_types`, $each at most of each type, one an incident. Columns: event_type, event_id, source.
with one_an_incident as (
    select *
    from told
    where modality = 'actual' and day between $first and $last and event_type is not null
    qualify row_number() over (partition by incident order by confidence desc, event_id, source) = 1
)
select event_type, event_id, source
from one_an_incident
qualify row_number() over (
    partition by event_type
    order by confidence >= 0.5 desc, day desc, abs(intensity) desc nulls last, event_id, source
) <= $each
order by event_type, confidence >= 0.5 desc, day desc, abs(intensity) desc nulls last, event_id, source
