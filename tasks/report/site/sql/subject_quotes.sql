-- The newest quotations of each country's speakers, $each at most, each text once. Columns: country, quote_id, source,
-- article_id.
select q.speaker_country as country, q.quote_id, q.source, q.article_id
from quotes q
join articles a on a.source = q.source and a.period = q.period and a.article_id = q.article_id
where q.speaker_country in (select subject from chosen)
qualify row_number() over (partition by q.speaker_country, q.text order by a.published_date, q.quote_id, q.source) = 1
    and row_number() over (
        partition by q.speaker_country order by q.is_direct desc, a.published_date desc nulls last, q.quote_id, q.source
    ) <= $each
order by q.speaker_country, a.published_date desc nulls last, q.quote_id
