-- All quotations of these articles. $ids: article_id.
select quote_id, article_id, text_start, text_end, text, speaker_name, speaker_text, speaker_role, is_direct
from quotes
where article_id in (select unnest($ids))
qualify row_number() over (partition by quote_id order by source, period) = 1
order by article_id, text_start
