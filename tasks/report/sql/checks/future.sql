-- question: Which articles were published after today, and which events happened after they were told?
-- column table_name, id: the row
-- column problem: what is wrong with it
-- column published_date, event_date: the dates (UTC)
select source, 'articles' as table_name, article_id as id, 'published after today' as problem, published_date,
    null::date as event_date
from articles
where published_date > $today
union all
select source, 'events', event_id, 'happened after it was told', published_date, event_date
from events
where modality = 'actual' and event_date > published_date + interval 1 day
