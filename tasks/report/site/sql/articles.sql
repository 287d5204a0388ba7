-- The articles of these events, quotes and rows, each once. $ids: article_id.
select
    article_id, source, outlet, title, author, url, published_date, date_precision, body, raw_uri
from articles
where article_id in (select unnest($ids))
qualify row_number() over (partition by article_id order by source, period) = 1
order by article_id
