-- The most told incidents of each page since $since_day: by stories that tell them (near-copies are one). What people of
-- one country do to each other, or to nobody named, is left out where no place is told: all of a day and type is one
-- incident then, and would come first on every day of a country with much news.
with counted as (
    select
        s.subject, s.incident, count(distinct coalesce(t.story_id, e.article_id, e.event_id)) as stories,
        arg_max(struct_pack(id := s.event_id, source := s.source), (s.confidence, s.event_id)) as example,
        max(abs(s.intensity)) as weight, max(s.day) as day, max(s.confidence) as confidence
    from subjects s
    join chosen c on c.subject = s.subject
    join told e on e.event_id = s.event_id and e.source = s.source
    left join stories t on t.source = e.source and t.article_id = e.article_id
    where s.day >= $since_day and (e.actor <> e.recipient or e.place is not null)
    group by s.subject, s.incident
)
select subject, stories, example.id as event_id, example.source as source
from counted
qualify row_number() over (
    partition by subject order by stories desc, confidence >= 0.5 desc, weight desc nulls last, day desc, example.id
) <= $each
order by subject, stories desc, confidence >= 0.5 desc, weight desc nulls last, day desc, example.id
