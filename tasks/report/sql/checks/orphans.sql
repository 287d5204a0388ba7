-- question: Which coded rows have no article?
-- column table_name, id: the row
-- column article_id: the article that is not there
with coded as (
    select source, period, 'events' as table_name, event_id as id, article_id from events where dataset = 'coded'
    union all
    select source, period, 'quotes', quote_id, article_id from quotes
    union all
    select source, period, 'claims', claim_id, article_id from claims
    union all
    select source, period, 'mentions', mention_id, article_id from mentions
    union all
    select source, period, 'introductions', introduction_id, article_id from introductions
)
select source, period, table_name, id, article_id
from coded c
where not exists (
    from articles a where a.source = c.source and a.period = c.period and a.article_id = c.article_id
)
