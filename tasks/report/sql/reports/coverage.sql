-- question: What is in the lake, by source and day of publication?
-- param source: text, optional: one source
-- param since: date, optional: first day of publication
-- param until: date, optional: last day of publication
-- column source: where it was read from
-- column day: day of publication; empty for undated articles and for quarantined records (UTC)
-- column articles: articles (articles)
-- column in_english: those in English, which are coded (articles)
-- column events: events that they tell (triggers)
-- column quotes: quotations (quotes)
-- column claims: figures (claims)
-- column quarantined: records, members or files that could not be read or coded (records)
with counted as (
    select source, published_date as day, 'article' as what, language = 'en' as in_english, article_id as id
    from articles
    union all
    select source, published_date, 'event', null, coalesce(trigger_id, event_id) from events
    union all
    select q.source, a.published_date, 'quote', null, q.quote_id
    from quotes q join articles a on a.source = q.source and a.article_id = q.article_id
    union all
    select c.source, a.published_date, 'claim', null, c.claim_id
    from claims c join articles a on a.source = c.source and a.article_id = c.article_id
    union all
    select source, null, 'quarantined', null, raw_sha256 || ' ' || record from quarantine
)
select
    source,
    day,
    count(distinct id) filter (where what = 'article') as articles,
    count(distinct id) filter (where what = 'article' and in_english) as in_english,
    count(distinct id) filter (where what = 'event') as events,
    count(distinct id) filter (where what = 'quote') as quotes,
    count(distinct id) filter (where what = 'claim') as claims,
    count(distinct id) filter (where what = 'quarantined') as quarantined
from counted
where ($source is null or source = $source)
    and ($since is null or day >= $since)
    and ($until is null or day <= $until)
group by source, day
order by source, day nulls last
