-- question: Which events have a confidence outside 0 to 1?
-- column event_id, confidence: the event and its confidence (0 to 1)
select source, event_id, confidence
from events
where confidence < 0 or confidence > 1
