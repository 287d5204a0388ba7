-- The newest articles of each source, $each at most. Columns: source, article_id.
select source, article_id
from articles
where published_date is not null
qualify row_number() over (partition by source order by published_date desc, article_id) <= $each
order by source, published_date desc, article_id
