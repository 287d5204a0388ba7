-- question: Who said what?
-- param speaker: text, optional: a part of the speaker's name
-- param country: country, optional: country of the speaker
-- param since: date, optional: first day of publication
-- param until: date, optional: last day of publication
-- column published_date: day of publication (UTC)
-- column speaker: who said it
-- column role: office or role on that day
-- column country: country of the speaker (ISO 3166-1 alpha-3)
-- column is_direct: in quotation marks, rather than reported
-- column text: the quoted words
-- column outlet: who published it
-- column article_id: the article
select
    a.published_date,
    coalesce(q.speaker_name, q.speaker_text) as speaker,
    q.speaker_role as role,
    q.speaker_country as country,
    q.is_direct,
    q.text,
    a.outlet,
    q.article_id
from quotes q
join articles a on a.source = q.source and a.article_id = q.article_id
where ($speaker is null or contains(lower(coalesce(q.speaker_name, q.speaker_text)), lower($speaker)))
    and ($country is null or q.speaker_country = $country)
    and ($since is null or a.published_date >= $since)
    and ($until is null or a.published_date <= $until)
qualify row_number() over (partition by q.quote_id order by q.source, q.period) = 1
order by a.published_date, a.outlet, q.article_id, q.text_start
