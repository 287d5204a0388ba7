-- Where it happened: incidents told as done, by place and month and quad class, of the $most places with most of them.
-- A country alone is no place of the map: its middle would be a dot where nothing happened.
with located as (
    select
        *,
        round(latitude, 2) as north,
        round(longitude, 2) as east
    from told
    where modality = 'actual' and day is not null and month >= $since and quad_class is not null
        and latitude is not null and longitude is not null and place is not null
        and place_precision is distinct from 'country'
),
ranked as (
    select place, north, east, place_country, count(distinct incident) as total
    from located
    group by place, north, east, place_country
    qualify row_number() over (order by total desc, place, north, east) <= $most
)
select
    r.place, r.north, r.east, r.place_country as country, r.total, l.month, l.quad_class,
    count(distinct l.incident) as incidents
from ranked r
join located l on l.place = r.place and l.north = r.north and l.east = r.east
    and l.place_country is not distinct from r.place_country
group by all
order by r.total desc, r.place, r.north, r.east, l.month, l.quad_class
