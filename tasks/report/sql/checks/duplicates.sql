-- question: Which keys stand in a source more than once, in one period or in several?
-- column table_name, key: the rows; the parts of a key are joined by `|`
-- column periods: where they stand
-- column row_count: how many there are (rows)
with keys as (
    select source, period, 'articles' as table_name, article_id as key from articles
    union all
    select source, period, 'stories', article_id from stories
    union all
    select source, period, 'mentions', mention_id from mentions
    union all
    select source, period, 'events', event_id from events
    union all
    select source, period, 'quotes', quote_id from quotes
    union all
    select source, period, 'claims', claim_id from claims
    union all
    select source, period, 'introductions', introduction_id from introductions
    union all
    select source, period, 'indicators', concat_ws('|', series, country, counterpart, start_date, dataset)
    from indicators
    union all
    select source, period, 'relations', concat_ws('|', kind, name, country, counterpart, start_date) from relations
    union all
    select source, period, 'quarantine', concat_ws('|', raw_sha256, record) from quarantine
    union all
    select source, period, 'runs', run_id from runs
)
select source, table_name, key, list_sort(list(distinct period)) as periods, count(*) as row_count
from keys
group by source, table_name, key
having count(*) > 1
