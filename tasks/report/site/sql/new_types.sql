-- What is new by type: incidents told as done from $first to $last, and in as many days before (from $before).
select
    event_type,
    quad_class,
    count(distinct incident) filter (where day between $first and $last) as incidents,
    count(distinct incident) filter (where day between $before and $first - 1) as incidents_before
from told
where modality = 'actual' and day between $before and $last and event_type is not null
group by all
order by quad_class desc, incidents desc, event_type
