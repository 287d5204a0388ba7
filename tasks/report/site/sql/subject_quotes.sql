-- The newest quotations of each country's speakers, and of a pair those in which one of the two names the other: $each at
-- most, each text once. Columns: subject, quote_id, source, article_id.
with spoken as (
    select speaker_country as subject, * from quotes
    union all
    select least(speaker_country, other) || '-' || greatest(speaker_country, other), * exclude (other)
    from (select *, unnest(countries) as other from quotes)
    where other <> speaker_country
)
select q.subject, q.quote_id, q.source, q.article_id
from spoken q
join articles a on a.source = q.source and a.period = q.period and a.article_id = q.article_id
where q.subject in (select subject from chosen)
qualify row_number() over (partition by q.subject, q.text order by a.published_date, q.quote_id, q.source) = 1
    and row_number() over (
        partition by q.subject order by q.is_direct desc, a.published_date desc nulls last, q.quote_id, q.source
    ) <= $each
order by q.subject, a.published_date desc nulls last, q.quote_id
