-- incidents: the same event as told by several stories.
-- One row is one data set, day, type, actor, recipient, place and modality. Countable: no article is counted twice,
-- also where two sources hold it.
-- Columns:
--   dataset, event_date, event_type, quad_class, modality   as in events
--   actor, recipient                  as in counted_events
--   actor_country, recipient_country  ISO 3166-1 alpha-3
--   place_name, place_country         as in events
--   outlets, stories, articles, triggers   how many distinct ones tell it (an outlet that is not known: its source)
--   intensity                         mean, -10 to 10
--   first_published                   day of the first report, UTC
--   trigger_id                        one example: a trigger of the first report
with told as (
    select
        e.*,
        coalesce(e.trigger_id, e.event_id) as told_by,
        coalesce(s.story_id, e.article_id, e.event_id) as story_id
    from counted_events e
    left join stories s on s.source = e.source and s.article_id = e.article_id
)
select
    dataset,
    event_date,
    event_type,
    quad_class,
    modality,
    actor,
    recipient,
    actor_country,
    recipient_country,
    place_name,
    place_country,
    count(distinct coalesce(outlet, source)) as outlets,
    count(distinct story_id) as stories,
    count(distinct article_id) as articles,
    count(distinct told_by) as triggers,
    avg(intensity) as intensity,
    min(published_date) as first_published,
    arg_min(told_by, (coalesce(published_date, date '9999-12-31'), told_by)) as trigger_id
from told
group by all
