-- question: Which figures were stated, and by whom?
-- param kind: share|count|money|duration|casualties|displaced|distance|other, optional: kind of figure
-- param country: country, optional: a country named in the sentence
-- param since: date, optional: first day of publication
-- param until: date, optional: last day of publication
-- column published_date: day of publication (UTC)
-- column kind: kind of figure
-- column value_low: lowest value it can mean; empty when open (as unit says)
-- column value_high: highest value it can mean; empty when open (as unit says)
-- column unit: unit of the values
-- column about: what is counted or measured
-- column text: the words of the figure
-- column speaker: who states it; empty where the outlet does
-- column outlet: who published it
-- column article_id: the article
select
    a.published_date,
    c.kind,
    c.value_low,
    c.value_high,
    c.unit,
    c.about_text as about,
    c.text,
    c.speaker_name as speaker,
    a.outlet,
    c.article_id
from claims c
join articles a on a.source = c.source and a.article_id = c.article_id
where ($kind is null or c.kind = $kind)
    and ($country is null or list_contains(c.countries, $country))
    and ($since is null or a.published_date >= $since)
    and ($until is null or a.published_date <= $until)
qualify row_number() over (partition by c.claim_id order by c.source, c.period) = 1
order by a.published_date, a.outlet, c.article_id, c.text_start
