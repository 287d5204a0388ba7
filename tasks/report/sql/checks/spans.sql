-- question: Which offsets lie outside their article, or cut out other words than the row shows?
-- column table_name, id: the row
-- column span: which of its spans
-- column text_start, text_end: offsets (code points of articles.body)
-- column text: the words in the row; empty where a row keeps offsets alone
-- column cut: the words at the offsets
with spans as (
    select source, article_id, 'quotes' as table_name, quote_id as id, 'text' as span, text_start, text_end, text
    from quotes
    union all
    select source, article_id, 'claims', claim_id, 'text', text_start, text_end, text from claims
    union all
    select source, article_id, 'mentions', mention_id, 'text', text_start, text_end, text from mentions
    union all
    select source, article_id, 'introductions', introduction_id, 'text', text_start, text_end, text from introductions
    union all
    select source, article_id, 'events', event_id, 'trigger', trigger_start, trigger_end, trigger_text from events
    union all
    select source, article_id, 'events', event_id, 'actor', actor_start, actor_end, actor_text from events
    union all
    select source, article_id, 'events', event_id, 'recipient', recipient_start, recipient_end, recipient_text
    from events
    union all
    select source, article_id, 'events', event_id, 'evidence', evidence_start, evidence_end, null from events
),
cuts as (
    select s.*, length(a.body) as body_length, substring(a.body, text_start + 1, text_end - text_start) as cut
    from spans s
    join articles a on a.source = s.source and a.article_id = s.article_id
    where text_start is not null or text_end is not null
)
select source, article_id, table_name, id, span, text_start, text_end, text, cut
from cuts
where text_start is null or text_end is null
    or text_start < 0 or text_end <= text_start or text_end > body_length
    or (text is not null and text <> cut)
    or (text is null and span <> 'evidence')
