-- The events behind each bar, $each at most, one an incident: what the coder is surer of, then what weighs more, then the
-- newest. Columns: subject, month, quad_class, event_id, source.
with one_an_incident as (
    select s.*
    from subjects s
    join chosen c on c.subject = s.subject
    where s.month >= $since
    qualify row_number() over (
        partition by s.subject, s.month, s.quad_class, s.incident order by s.confidence desc, s.day, s.event_id, s.source
    ) = 1
)
select subject, month, quad_class, event_id, source
from one_an_incident
qualify row_number() over (
    partition by subject, month, quad_class
    order by confidence >= 0.5 desc, abs(intensity) desc nulls last, day desc, event_id, source
) <= $each
order by
    subject, month desc, quad_class,
    confidence >= 0.5 desc, abs(intensity) desc nulls last, day desc, event_id, source
