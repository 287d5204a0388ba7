-- All events of these articles, and events without an article. $ids: article_id; $events: event_id.
select
    event_id, source, article_id, trigger_id, event_type, event_mode, modality, quad_class, intensity, event_date,
    date_precision, published_date, actor_name, actor_country, actor_start, actor_end, recipient_name,
    recipient_country, recipient_start, recipient_end, coalesce(place_name, place_text) as place, trigger_text,
    trigger_start, trigger_end, evidence_start, evidence_end, confidence, rule, source_url, outlet, dataset
from events
where dataset = $dataset and (article_id in (select unnest($ids)) or event_id in (select unnest($events)))
qualify row_number() over (partition by event_id order by source, period) = 1
order by article_id, evidence_start, trigger_start, event_id
