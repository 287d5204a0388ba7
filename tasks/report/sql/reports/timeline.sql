-- question: What happened, day by day, by or to one country, or between two?
-- param country: country, default focus: actor or recipient
-- param other: country, optional: the other side
-- param since: date, optional: first day on which it happened
-- param until: date, optional: last day on which it happened
-- param modality: actual|negated|intended|conditional|all, default all: what the text says of the act
-- param dataset: text, default coded: data set of the events
-- column event_date: day on which it happened (UTC)
-- column event_type: PLOVER type
-- column modality: what the text says of the act
-- column actor: who did it, as the codebook names them; several are parted by `;`
-- column recipient: to whom, likewise
-- column place: where it happened
-- column outlet: who tells it
-- column published_date: day of publication (UTC)
-- column evidence: the sentence, cut out of the article
-- column article_id: the article
with chosen as (
    select
        coalesce(trigger_id, event_id) as told_by,
        min(source) as source,
        min(article_id) as article_id,
        min(event_date) as event_date,
        min(event_type) as event_type,
        min(modality) as modality,
        string_agg(distinct coalesce(actor_name, actor_text), '; ' order by coalesce(actor_name, actor_text)) as actor,
        string_agg(
            distinct coalesce(recipient_name, recipient_text), '; ' order by coalesce(recipient_name, recipient_text)
        ) as recipient,
        min(coalesce(place_name, place_text)) as place,
        min(outlet) as outlet,
        min(published_date) as published_date,
        min(evidence_start) as evidence_start,
        min(evidence_end) as evidence_end
    from events
    where dataset = $dataset
        and ($modality = 'all' or modality = $modality)
        and ($since is null or event_date >= $since)
        and ($until is null or event_date <= $until)
        and (
            (actor_country = $country and ($other is null or recipient_country = $other))
            or (recipient_country = $country and ($other is null or actor_country = $other))
        )
    group by told_by
)
select
    c.event_date,
    c.event_type,
    c.modality,
    c.actor,
    c.recipient,
    c.place,
    c.outlet,
    c.published_date,
    substring(a.body, c.evidence_start + 1, c.evidence_end - c.evidence_start) as evidence,
    c.article_id
from chosen c
left join articles a on a.source = c.source and a.article_id = c.article_id
order by c.event_date, c.event_type, c.published_date, c.told_by
