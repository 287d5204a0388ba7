-- question: Who applied to, joined, was suspended from and left an organisation, when, and which events tell of it?
-- param organisation: text, optional: an organisation of the relations, such as NATO, EU or CSTO
-- param country: country, optional: one state
-- param since: date, optional: first day of what became of the tie
-- param until: date, optional: last day of it
-- param days: whole number, default 90: an event counts that happened at most so many days before or after
-- param dataset: text, default coded: data set of the events
-- param evidence: whole number, default 3: most pieces of evidence
-- column date: day of the step (UTC)
-- column organisation: the organisation
-- column country: the state (ISO 3166-1 alpha-3)
-- column step: applied, candidate, joined, suspended, gave notice, left
-- column until: last day of what began with the step; empty while it lasts, and for `left` (UTC)
-- column note: what to know about the tie, and who publishes it
-- column known_from: day from which it was publicly known; of `left`, the day itself (UTC)
-- column incidents: different events between the state and the organisation around that day (incidents)
-- column types: their PLOVER types with the number of each
-- column evidence: day, type, outlet and sentence (or address), those nearest to the day first
--
-- Events between the two in either direction count, of every type and modality that speaks of a deed or a plan; those
-- of one day, type, modality and direction are one incident. `left` stands on the last day of membership.
with asked as materialized (
    select name from organisations where lower($organisation) in (lower(name), lower(codebook_name))
    union
    select name from relations where $organisation is null or lower(name) = lower($organisation)
),
steps as materialized (
    select
        r.name,
        coalesce(o.codebook_name, r.name) as named,
        r.country,
        s.step,
        if(s.step = 'left', r.end_date, r.start_date) as day,
        if(s.step = 'left', null, r.end_date) as until,
        r.note,
        if(s.step = 'left', r.end_date, r.known_from) as known_from
    from relations r
    join (
        values ('application', 'applied'), ('candidacy', 'candidate'), ('membership', 'joined'), ('membership', 'left'),
            ('suspension', 'suspended'), ('withdrawal', 'gave notice')
    ) s (kind, step) on s.kind = r.kind
    left join organisations o on o.name = r.name
    where r.name in (from asked)
        and ($country is null or r.country = $country)
        and (s.step <> 'left' or r.end_date is not null)
        and ($since is null or if(s.step = 'left', r.end_date, r.start_date) >= $since)
        and ($until is null or if(s.step = 'left', r.end_date, r.start_date) <= $until)
),
touching as materialized (
    select
        source, period, event_id, article_id, outlet, source_url, published_date, event_date, event_type, modality,
        confidence, evidence_start, evidence_end,
        actor_country is not null as by_state,
        coalesce(actor_country, recipient_country) as country,
        if(actor_country is not null, recipient_name, actor_name) as named
    from events
    where dataset = $dataset
        and modality <> 'conditional'
        and event_date >= (select min(day) - $days::integer from steps)
        and event_date <= (select max(day) + $days::integer from steps)
        and (
            (recipient_country is null and recipient_name in (select named from steps)
                and actor_country in (select country from steps))
            or (actor_country is null and actor_name in (select named from steps)
                and recipient_country in (select country from steps))
        )
),
around as materialized (
    select
        s.name, s.country, s.step, s.day, e.event_type, e.event_date, e.event_id,
        hash(e.event_date, e.event_type, e.modality, e.by_state) as incident,
        count(*) over (partition by s.name, s.country, s.step, s.day, incident) as tellings,
        row_number() over (
            partition by s.name, s.country, s.step, s.day, incident
            order by coalesce(e.confidence, 1) desc, e.event_id, e.source
        ) as number
    from steps s
    join touching e on e.country = s.country and e.named = s.named
        and e.event_date between s.day - $days::integer and s.day + $days::integer
),
by_type as (
    select name, country, step, day, event_type, count(*) as incidents
    from around
    where number = 1
    group by name, country, step, day, event_type
),
counted as (
    select
        name,
        country,
        step,
        day,
        sum(incidents)::bigint as incidents,
        list(event_type || ' ' || incidents order by incidents desc, event_type) as types
    from by_type
    group by name, country, step, day
),
chosen as materialized (
    select *
    from around
    where number = 1
    qualify row_number() over (
        partition by name, country, step, day
        order by abs(date_diff('day', day, event_date)), tellings desc, event_id
    ) <= $evidence
),
examples as materialized (
    select *
    from touching
    where event_id in (select event_id from chosen)
    qualify row_number() over (partition by event_id order by source) = 1
),
sentences as (
    select e.event_id, substring(a.body, e.evidence_start + 1, e.evidence_end - e.evidence_start) as text
    from (from examples limit 100000) e  -- the limit tells the planner that these are few, and not to load all bodies
    join articles a
        on a.source = e.source and a.period = e.period and a.article_id = e.article_id
        and a.published_date = e.published_date
),
cited as (
    select
        c.name,
        c.country,
        c.step,
        c.day,
        list(
            concat_ws(
                ' ',
                e.event_date,
                e.event_type,
                coalesce(e.outlet, e.source) || ':',
                coalesce(s.text, e.source_url, e.event_id)
            )
            order by abs(date_diff('day', c.day, c.event_date)), c.tellings desc, c.event_id
        ) as evidence
    from chosen c
    join examples e on e.event_id = c.event_id
    left join sentences s on s.event_id = c.event_id
    group by c.name, c.country, c.step, c.day
)
select
    s.day as date,
    s.name as organisation,
    s.country,
    s.step,
    s.until,
    s.note,
    s.known_from,
    coalesce(n.incidents, 0) as incidents,
    coalesce(n.types, []) as types,
    coalesce(c.evidence, []) as evidence
from steps s
left join counted n on n.name = s.name and n.country = s.country and n.step = s.step and n.day = s.day
left join cited c on c.name = s.name and c.country = s.country and c.step = s.step and c.day = s.day
order by s.day, s.name, s.country, s.step
