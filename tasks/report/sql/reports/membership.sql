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
-- only narrow columns: what is wide is read for the chosen incidents alone
touching as materialized (
    select
        period, event_date, event_type, modality,
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
        s.name, s.named, s.country, s.step, s.day, e.event_type, e.event_date, e.modality, e.by_state,
        count(*) as tellings
    from steps s
    join touching e on e.country = s.country and e.named = s.named
        and e.event_date between s.day - $days::integer and s.day + $days::integer
    group by all
),
by_type as (
    select name, country, step, day, event_type, count(*) as incidents
    from around
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
    qualify row_number() over (
        partition by name, country, step, day
        order by abs(date_diff('day', day, event_date)), tellings desc, event_date, event_type, modality, by_state
    ) <= $evidence
),
telling as materialized (
    select distinct t.period, t.event_date
    from touching t
    join chosen c on c.event_date = t.event_date and c.country = t.country and c.named = t.named
),
examples as materialized (
    select
        c.name, c.step, c.day, c.country, c.tellings, e.source, e.period, e.event_id, e.event_date, e.event_type,
        e.article_id, e.published_date, e.outlet, e.source_url, e.evidence_start, e.evidence_end
    from events e
    join chosen c on e.event_date = c.event_date and e.event_type = c.event_type and e.modality = c.modality
        and c.by_state = (e.actor_country is not null)
        and c.country = coalesce(e.actor_country, e.recipient_country)
        and c.named = if(c.by_state, e.recipient_name, e.actor_name)
        and if(c.by_state, e.recipient_country, e.actor_country) is null
    where e.dataset = $dataset
        and e.period in (select period from telling)
        and e.event_date in (select event_date from telling)
    qualify row_number() over (
        partition by c.name, c.country, c.step, c.day, c.event_date, c.event_type, c.modality, c.by_state
        order by coalesce(e.confidence, 1) desc, e.event_id, e.source
    ) = 1
),
sentences as (
    select distinct e.source, e.event_id, substring(a.body, e.evidence_start + 1, e.evidence_end - e.evidence_start) as text
    from (from examples limit 100000) e  -- the limit tells the planner that these are few, and not to load all bodies
    join articles a
        on a.source = e.source and a.period = e.period and a.article_id = e.article_id
        and a.published_date = e.published_date
),
cited as (
    select
        e.name,
        e.country,
        e.step,
        e.day,
        list(
            concat_ws(
                ' ',
                e.event_date,
                e.event_type,
                coalesce(e.outlet, e.source) || ':',
                coalesce(s.text, e.source_url, e.event_id)
            )
            order by abs(date_diff('day', e.day, e.event_date)), e.tellings desc, e.event_id
        ) as evidence
    from examples e
    left join sentences s on s.source = e.source and s.event_id = e.event_id
    group by e.name, e.country, e.step, e.day
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
