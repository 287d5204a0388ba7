-- question: Who did what to whom, month by month?
-- param country: country, optional: actor or recipient
-- param since: date, optional: first day on which it happened
-- param until: date, optional: last day on which it happened
-- param modality: actual|negated|intended|conditional|all, default actual: what the text says of the act
-- param dataset: text, default coded: data set of the events
-- column month: month in which it happened (YYYY-MM)
-- column actor: who did it (ISO 3166-1 alpha-3; the name where an organisation or group has no country)
-- column recipient: to whom; empty where nobody is named (as actor)
-- column event_type: PLOVER type
-- column quad_class: 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict
-- column triggers: how often it is told (triggers)
-- column incidents: how many different events that is (incidents)
-- column intensity: mean over the triggers (-10 to 10)
select
    strftime(event_date, '%Y-%m') as month,
    actor,
    recipient,
    event_type,
    quad_class,
    sum(triggers)::bigint as triggers,
    count(*) as incidents,
    round(sum(intensity * triggers) / sum(triggers) filter (where intensity is not null), 1) as intensity
from incidents
where dataset = $dataset
    and ($modality = 'all' or modality = $modality)
    and ($country is null or actor_country = $country or recipient_country = $country)
    and ($since is null or event_date >= $since)
    and ($until is null or event_date <= $until)
    and (actor is not null or recipient is not null)
group by all
order by month, triggers desc, actor, recipient, event_type, quad_class
