-- question: What did allies pledge each other, what did they deliver, refuse, and fail to do?
-- param alliance: text, default CSTO: an organisation or treaty of the relations, or a pair of countries such as RUS-ARM
-- param country: country, optional: one of the two
-- param since: date, optional: first day on which it happened
-- param until: date, optional: last day on which it happened
-- param dataset: coded|gdelt, default coded: data set of the events; GDELT knows no promises and no failures
-- param context: any|military, default any: military leaves out what has nothing to do with forces, arms or defence
-- param confidence: number, default 0: least confidence of an event (0 to 1); those without one pass
-- param show: told|all, default told: told leaves out pairs of which nothing is told
-- param evidence: whole number, default 3: most pieces of evidence of each kind
-- column helper: who is to help (ISO 3166-1 alpha-3; the name of the organisation itself)
-- column ally: whom
-- column treaties: ties in force between the two, with the days of their beginning and end
-- column allied_from, allied_until: first and last day on which they were allied, as far as the tie asked for says (UTC)
-- column pledges: AGREE, or AID, SUPPORT, COOPERATE and MOBILIZE that are intended (incidents)
-- column deliveries: AID, SUPPORT, COOPERATE and MOBILIZE that are told as done (incidents)
-- column refusals: REJECT of help, or of what is not said, and SANCTION that halts aid, talks or an agreement (incidents)
-- column failures: AID, SUPPORT, COOPERATE and MOBILIZE that the text says were not done (incidents)
-- column first_date, last_date: first and last day on which any of it happened (UTC)
-- column pledge_evidence: day, type, outlet and sentence (or address), most told first
-- column delivery_evidence, refusal_evidence, failure_evidence: as pledge_evidence
--
-- Events count while the two were allied. An incident is one day, type, modality, helper and ally, however many
-- articles tell it. A reciprocal event counts for both. SUPPORT in words alone (praise, apologies, condolences) is no
-- help, and does not count. MOBILIZE counts where the ally is its recipient, or where it takes place in the ally's
-- country and nobody is named as its recipient; it may also be a show of force. A pair that has no tie in the relations
-- is asked about without limits of time.
with pair as materialized (
    select text[1:3] as one, text[5:7] as other
    from (select upper(regexp_replace($alliance, '^ *([A-Za-z]{3}) *[-,/ ] *([A-Za-z]{3}) *$', '\1-\2')) as text)
    where regexp_full_match(text, '[A-Z]{3}-[A-Z]{3}')
),
asked_pair as materialized (
    select one as helper, other as ally from pair
    union all
    select other, one from pair
),
asked as materialized (
    select name from organisations where lower($alliance) in (lower(name), lower(codebook_name))
    union
    select name from relations where kind in ('membership', 'alliance') and lower(name) = lower($alliance)
),
members as materialized (
    select name, country, start_date, coalesce(end_date, date '9999-12-31') as end_date
    from relations
    where kind = 'membership'
        and (name in (from asked) or name in (select name from organisations where mutual_defence = 'yes'))
),
-- every tie between two states that binds them to help, and the tie asked for
ties as materialized (
    select
        name, country as helper, counterpart as ally, start_date, coalesce(end_date, date '9999-12-31') as end_date
    from relations
    where kind = 'alliance'
    union all
    select a.name, a.country, b.country, greatest(a.start_date, b.start_date), least(a.end_date, b.end_date)
    from members a
    join members b on b.name = a.name and b.country <> a.country
        and a.start_date <= b.end_date and b.start_date <= a.end_date
    union all
    select name, name, country, start_date, end_date from members where name in (from asked)
),
allied as materialized (
    select helper, ally, start_date, end_date from ties where name in (from asked)
    union all
    select t.helper, t.ally, t.start_date, t.end_date
    from ties t
    join asked_pair a on a.helper = t.helper and a.ally = t.ally
    union all
    select helper, ally, date '0001-01-01', date '9999-12-31'
    from asked_pair a
    where not exists (from ties t where t.helper = a.helper and t.ally = a.ally)
),
pairs as materialized (
    select helper, ally, min(start_date) as allied_from, max(end_date) as allied_until
    from allied
    where $country is null or helper = $country or ally = $country
    group by helper, ally
),
helpers as materialized (
    select distinct p.helper, coalesce(o.codebook_name, p.helper) as named
    from pairs p
    left join organisations o on o.name = p.helper
    where p.helper in (from asked)
),
-- only narrow columns: what is wide is read for the chosen incidents alone
touching as materialized (
    select
        period,
        event_date,
        event_type,
        modality,
        confidence,
        coalesce(actor_country, (select min(h.helper) from helpers h where h.named = actor_name)) as helper,
        if(event_type = 'MOBILIZE', coalesce(recipient_country, place_country), recipient_country) as ally,
        case
            when modality = 'actual' and event_type = 'AGREE' then 'pledge'
            when modality = 'actual' and event_type = 'REJECT' then 'refusal'
            when event_type = 'SANCTION' then if(modality in ('actual', 'intended'), 'refusal', null)
            when modality = 'intended' and event_type not in ('AGREE', 'REJECT') then 'pledge'
            when modality = 'actual' then 'delivery'
            when modality = 'negated' and event_type not in ('AGREE', 'REJECT') then 'failure'
        end as entry
    from events
    where dataset = $dataset
        and event_type in ('AGREE', 'AID', 'SUPPORT', 'COOPERATE', 'MOBILIZE', 'REJECT', 'SANCTION')
        and (actor_country in (select helper from pairs) or actor_name in (select named from helpers))
        and (
            recipient_country in (select ally from pairs)
            or (event_type = 'MOBILIZE' and place_country in (select ally from pairs))
        )
        and (event_type <> 'REJECT' or event_mode is null or event_mode = 'assist')
        and (event_type <> 'SANCTION' or event_mode = 'discontinue')
        and (event_type <> 'SUPPORT' or event_mode is null or event_mode in ('recognise', 'ratify'))
        and (
            $context = 'any'
            or list_has_any(contexts, ['military', 'security', 'peacekeeping', 'weapons'])
            or event_mode in ('military', 'protection', 'troops', 'weapons', 'alert', 'exercise', 'militia')
        )
        and (confidence is null or confidence >= $confidence)
        and ($since is null or event_date >= $since)
        and ($until is null or event_date <= $until)
),
incidents_told as materialized (
    select
        t.helper, t.ally, t.entry, t.event_date, t.event_type, t.modality, count(*) as tellings,
        max(t.confidence) as confidence, min(t.period) as period
    from touching t
    where t.entry is not null
        and exists (
            from allied a
            where a.helper = t.helper and a.ally = t.ally and t.event_date between a.start_date and a.end_date
        )
    group by t.helper, t.ally, t.entry, t.event_date, t.event_type, t.modality
),
chosen as materialized (
    select *
    from incidents_told
    qualify row_number() over (
        partition by helper, ally, entry order by tellings desc, event_date desc, event_type
    ) <= $evidence
),
examples as materialized (
    select
        c.helper, c.ally, c.entry, c.tellings, e.source, e.period, e.event_id, e.event_date, e.event_type, e.article_id,
        e.published_date, e.outlet, e.source_url, e.evidence_start, e.evidence_end
    from events e
    join chosen c on e.period = c.period and e.event_date = c.event_date and e.event_type = c.event_type
        and e.modality = c.modality
        and c.ally = if(e.event_type = 'MOBILIZE', coalesce(e.recipient_country, e.place_country), e.recipient_country)
        and e.confidence is not distinct from c.confidence
    where e.dataset = $dataset
        and e.period in (select period from chosen)
        and (c.helper = e.actor_country
            or (e.actor_country is null and e.actor_name in (select named from helpers h where h.helper = c.helper)))
        and (e.event_type <> 'REJECT' or e.event_mode is null or e.event_mode = 'assist')
        and (e.event_type <> 'SUPPORT' or e.event_mode is null or e.event_mode in ('recognise', 'ratify'))
    qualify row_number() over (
        partition by c.helper, c.ally, c.entry, c.event_date, c.event_type, c.modality order by e.event_id, e.source
    ) = 1
),
cited as (
    select
        e.helper,
        e.ally,
        e.entry,
        list(
            concat_ws(
                ' ',
                e.event_date,
                e.event_type,
                coalesce(e.outlet, e.source) || ':',
                coalesce(
                    substring(a.body, e.evidence_start + 1, e.evidence_end - e.evidence_start), e.source_url, e.event_id
                )
            )
            order by e.tellings desc, e.event_date desc, e.event_id
        ) as evidence
    from examples e
    left join articles a
        on a.source = e.source and a.period = e.period and a.article_id = e.article_id
        and a.published_date = e.published_date and a.period in (select period from chosen)
    group by e.helper, e.ally, e.entry
),
counted as (
    select
        helper,
        ally,
        count(*) filter (where entry = 'pledge') as pledges,
        count(*) filter (where entry = 'delivery') as deliveries,
        count(*) filter (where entry = 'refusal') as refusals,
        count(*) filter (where entry = 'failure') as failures,
        min(event_date) as first_date,
        max(event_date) as last_date
    from incidents_told
    group by helper, ally
),
bound as (
    select
        helper,
        ally,
        list(distinct name || ', ' || start_date || if(end_date < date '9999-12-31', ' to ' || end_date, ''))
            as treaties
    from ties
    group by helper, ally
),
quoted as (
    select
        helper,
        ally,
        any_value(evidence) filter (where entry = 'pledge') as pledge,
        any_value(evidence) filter (where entry = 'delivery') as delivery,
        any_value(evidence) filter (where entry = 'refusal') as refusal,
        any_value(evidence) filter (where entry = 'failure') as failure
    from cited
    group by helper, ally
)
select
    p.helper,
    p.ally,
    list_sort(coalesce(b.treaties, [])) as treaties,
    nullif(p.allied_from, date '0001-01-01') as allied_from,
    nullif(p.allied_until, date '9999-12-31') as allied_until,
    coalesce(c.pledges, 0) as pledges,
    coalesce(c.deliveries, 0) as deliveries,
    coalesce(c.refusals, 0) as refusals,
    coalesce(c.failures, 0) as failures,
    c.first_date,
    c.last_date,
    coalesce(q.pledge, []) as pledge_evidence,
    coalesce(q.delivery, []) as delivery_evidence,
    coalesce(q.refusal, []) as refusal_evidence,
    coalesce(q.failure, []) as failure_evidence
from pairs p
left join bound b on b.helper = p.helper and b.ally = p.ally
left join counted c on c.helper = p.helper and c.ally = p.ally
left join quoted q on q.helper = p.helper and q.ally = p.ally
where $show = 'all' or c.helper is not null
order by
    coalesce(c.failures + c.refusals, 0) desc, coalesce(c.pledges + c.deliveries, 0) desc, p.helper, p.ally
