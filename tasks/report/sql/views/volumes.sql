-- volumes: how much there was to find an event in, by data set and month: what rates are reckoned on.
-- Columns:
--   dataset   as in events
--   month     first day of the month
--   volume    of `coded`: articles in English published in that month, each counted once, also where two sources hold
--             it (articles); of the others: their events, of GDELT by the day on which it added them (events)
select
    'coded' as dataset,
    date_trunc('month', published_date)::date as month,
    count(distinct hash(article_id)) as volume
from articles
where language = 'en' and published_date is not null
group by all
union all
select dataset, date_trunc('month', day)::date as month, sum(events)::bigint as volume
from (  -- by day first: cheaper than to find the month of each of millions; GDELT apart, to read one column
    select 'gdelt' as dataset, published_date as day, count(*) as events
    from events
    where dataset = 'gdelt'
    group by day
    union all
    select
        dataset, if(dataset in ('ucdp_ged', 'acled'), event_date, published_date) as day, count(*) as events
    from events
    where dataset <> 'coded' and dataset <> 'gdelt'
    group by all
)
where day is not null
group by all
