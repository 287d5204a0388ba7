-- All figures of these articles. $ids: article_id.
select claim_id, article_id, text_start, text_end, text, kind, unit, value_low, value_high, about_text, speaker_name
from claims
where article_id in (select unnest($ids))
qualify row_number() over (partition by claim_id order by source, period) = 1
order by article_id, text_start
