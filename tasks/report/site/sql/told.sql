-- told: the events that the site shows, narrow, each with the incident that it tells of. $dataset: of which data set.
select
    source, period, article_id, event_id, event_type, quad_class, modality, event_mode, actor, recipient,
    actor_country, recipient_country, place_country, coalesce(place_name, place_text) as place, place_precision,
    latitude, longitude, incident, day, event_date, published_date, intensity,
    coalesce(confidence, 0.5) as confidence, -- a data set that states none is neither sure nor doubtful
    strftime(day, '%Y-%m') as month
from counted_events
where dataset = $dataset
