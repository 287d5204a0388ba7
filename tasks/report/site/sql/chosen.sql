-- chosen: the countries and pairs that have a page: those with most incidents, and at least $least. 'all' always has one.
with counted as (
    select subject, count(distinct incident) as incidents, max(day) as last_day, contains(subject, '-') as is_pair
    from subjects
    group by subject
)
select subject, incidents, last_day, is_pair
from counted
where subject = 'all' or incidents >= $least
qualify subject = 'all' or row_number() over (
    partition by is_pair, subject = 'all' order by incidents desc, subject
) <= $most
order by incidents desc, subject
