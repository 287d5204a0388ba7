-- How much there is, and how new: the newest day on which an event of the data set counts.
select count(*) as events, count(distinct incident) as incidents, max(day) as last_day, min(day) as first_day
from told
