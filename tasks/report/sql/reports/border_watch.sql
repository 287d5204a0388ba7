-- question: What happened along a country's borders, month by month, and was it multiple, unexpected and negative?
-- param country: country, default focus: whose neighbours are watched, by the land borders in force in each month
-- param neighbour: country, optional: one neighbour only
-- param since: date, optional: a day of the first month; the last twelve months that hold anything where it is missing
-- param until: date, optional: a day of the last month
-- param dataset: coded|gdelt|ucdp_ged|acled, default coded: data set of the events
-- param modality: actual|negated|intended|conditional|all, default actual: what the text says of the act
-- param confidence: number, default 0: least confidence of an event (0 to 1); those without one pass
-- param tie: any|place|party, default any: what makes an event a neighbour's: that it took place there, a party, or any
-- param least_months: whole number, default 12: earlier months (of 24) that surprise needs
-- param least_volume: whole number, default 100: volume that a month needs for rate and surprise, or to show as quiet
-- param evidence: whole number, default 5: most pieces of evidence in a row; 0 is faster
-- list neighbours: select distinct counterpart from relations where kind = 'border' and coalesce(name, '') not like 'sea border%' and country = $country
-- column month: month of the first report; of UCDP and ACLED, in which it happened (YYYY-MM)
-- column neighbour: the neighbour (ISO 3166-1 alpha-3)
-- column incidents: different events that it had a part in, copies counted once (incidents)
-- column volume: articles in English read that month; of other data sets, all events that they hold of it
-- column rate: incidents per 1,000 of that volume; empty where less than least_volume was read
-- column expected: incidents to expect at the median rate of the 24 months before (incidents)
-- column surprise: distance of incidents from expected in standard deviations, above 0 for more (see below)
-- column conflict_share: share of the incidents that are conflict, quad classes 3 and 4 (percent)
-- column intensity: mean over the incidents (-10 to 10)
-- column multiple: at least two incidents
-- column unexpected: surprise of 2 or more; empty without surprise
-- column negative: more than half of the incidents are conflict, and the mean intensity is below 0
-- column note: why there is no rate or no surprise
-- column evidence: what weighs most: day, type, outlet and sentence (or address) of different incidents and stories
--
-- Surprise is a robust z of a count. With the median r of the rates of the earlier months (no single crisis moves it),
-- a month of volume v leads to expect e = r * v / 1000 incidents. A count y then lies 2 * (sqrt(y + 3/8) - sqrt(e +
-- 3/8)) away, which for a Poisson count has a standard deviation of about 1, also where e is small (Anscombe 1948).
-- Events come in bursts, so counts vary more than that: as in the negative binomial (variance e + c * e * e), the
-- deviation is sqrt(1 + c * e), with c from the median absolute deviation of the n earlier months (times 1.4826 n / (n
-- - 0.8)), never below 0. The median is itself uncertain: hence times sqrt(1 + pi / 2n). Of 100 months drawn by
-- chance, 1 to 3 came to 2 or more where counts were Poisson, and 3 to 8 (after twelve months only: to 11) where they
-- were bursty, with a deviation of half to all of the mean. So among fourteen neighbours one is often unexpected: look
-- first at 3 and more. Months in which little was read count neither as quiet nor at all: of 100 articles, chance alone
-- moves a rate of 50 by 22 either way. Weight of a piece of
-- evidence: stories that tell the incident (near-copies count once) * |intensity| * confidence.
with neighbours as materialized (
    select distinct
        counterpart as neighbour,
        1::bigint << list_position($neighbours::varchar[], counterpart) as bit,  -- each has a bit of its own
        start_date,
        end_date
    from relations
    where kind = 'border'
        and coalesce(name, '') not like 'sea border%'  -- where only water parts the two, as COW has it
        and country = $country
        and ($neighbour is null or counterpart = $neighbour)
),
months as materialized (
    select month, volume from volumes where dataset = $dataset and ($until is null or month <= $until)
),
shown as materialized (
    select month
    from months
    where $since is null or month >= date_trunc('month', $since::date)
    qualify $since is not null or row_number() over (order by month desc) <= 12
),
touching as not materialized (
    select
        -- not list_contains, of which DuckDB makes a join a column: this is worked out once for each country
        if($tie <> 'party', list_position($neighbours::varchar[], place_country), null) as place,
        if($tie <> 'place', list_position($neighbours::varchar[], actor_country), null) as acting,
        if($tie <> 'place', list_position($neighbours::varchar[], recipient_country), null) as receiving,
        -- the neighbours that have a part in it, as bits of one number
        coalesce(1::bigint << place, 0) | coalesce(1::bigint << acting, 0) | coalesce(1::bigint << receiving, 0) as ties,
        incident,
        day,
        source,
        article_id,
        event_id,
        source_url,
        place_name,
        published_date,
        event_date,
        event_type,
        quad_class,
        intensity,
        confidence,
        outlet,
        evidence_start,
        evidence_end
    from counted_events
    where dataset = $dataset
        and ($modality = 'all' or modality = $modality)
        and ($confidence = 0 or confidence is null or confidence >= $confidence)
        and (place > 0 or acting > 0 or receiving > 0)
        and ($neighbour is null or $neighbour in (place_country, actor_country, recipient_country))
        and day is not null
        and ($since is null or day >= date_trunc('month', $since::date) - interval 25 months)
        and ($until is null or day < date_trunc('month', $until::date) + interval 1 month)
),
told as materialized (  -- in the months shown, with what evidence needs: ids and addresses are slow to read
    select
        * exclude (place, acting, receiving, source_url, place_name)
            replace (if($dataset = 'coded', null, event_id) as event_id),
        -- of what has no sentence: the address of the report, or the place and the data set's own id
        if($dataset = 'coded', null, coalesce(source_url, concat_ws(', ', place_name, event_id))) as address
    from touching
    where day >= (select min(month) from shown)
        and ($dataset in ('ucdp_ged', 'acled') or published_date >= (select min(month) from shown))
),
happened as materialized (
    select
        incident,
        date_trunc('month', min(day))::date as month,
        any_value(ties) as ties,
        any_value(quad_class) in (3, 4) as is_conflict,
        avg(intensity) as intensity,
        max(coalesce(confidence, 1)) as confidence,
        count(*) filter (where article_id is null) as without_article
    from (
        select incident, day, ties, quad_class, intensity, confidence, article_id
        from told
        union all
        -- earlier ones are counted alone: an incident of the months shown was never told of before them
        select incident, day, ties, quad_class, intensity, null, null
        from touching
        where day < (select min(month) from shown)
            and ($dataset in ('ucdp_ged', 'acled') or published_date < (select min(month) from shown))
    )
    group by incident
),
counted as (  -- an incident counts once for each neighbour that has a part in it
    select
        n.neighbour,
        c.month,
        sum(c.incidents) as incidents,
        sum(c.conflicts) as conflicts,
        sum(c.classed) as classed,
        sum(c.intensity) as intensity,
        sum(c.scored) as scored
    from (
        select
            month,
            ties,
            count(*) as incidents,
            count(*) filter (where is_conflict) as conflicts,
            count(is_conflict) as classed,
            sum(intensity) as intensity,
            count(intensity) as scored
        from happened
        group by month, ties
    ) c
    join (select distinct neighbour, bit from neighbours) n on c.ties & n.bit > 0
    group by n.neighbour, c.month
),
series as materialized (
    select
        m.neighbour,
        m.month,
        m.volume,
        coalesce(c.incidents, 0)::bigint as incidents,
        coalesce(c.incidents, 0) * 1000.0 / m.volume as rate,
        100.0 * c.conflicts / nullif(c.classed, 0) as conflict_share,
        round(c.intensity / nullif(c.scored, 0), 9) as intensity  -- or 2.35 would now be 2.3 and now 2.4
    from (  -- several data sets may hold the same border, each with its own dates
        select distinct neighbour, month, volume
        from neighbours
        join months on start_date < month + interval 1 month and (end_date is null or end_date >= month)
    ) m
    left join counted c on c.neighbour = m.neighbour and c.month = m.month
),
usual as (
    select s.neighbour, s.month, count(b.month) as earlier, median(b.rate) as rate
    from series s
    left join series b
        on b.neighbour = s.neighbour and b.month < s.month and b.month >= s.month - interval 24 months
        and b.volume >= $least_volume
    where s.month in (select month from shown)
    group by s.neighbour, s.month
),
spread as (
    select
        u.neighbour,
        u.month,
        u.earlier,
        u.rate,
        1.4826 * u.earlier / (u.earlier - 0.8)
            * median(abs(2 * (sqrt(b.incidents + 0.375) - sqrt(u.rate * b.volume / 1000 + 0.375)))) as deviation,
        median(u.rate * b.volume / 1000) as middle
    from usual u
    left join series b
        on b.neighbour = u.neighbour and b.month < u.month and b.month >= u.month - interval 24 months
        and b.volume >= $least_volume
    group by u.neighbour, u.month, u.earlier, u.rate
),
judged as (
    select
        s.*,
        p.earlier,
        if(p.earlier >= $least_months and s.volume >= $least_volume, p.rate * s.volume / 1000, null) as expected,
        2 * (sqrt(s.incidents + 0.375) - sqrt(expected + 0.375))
            / sqrt(
                (1 + coalesce(greatest(p.deviation ** 2 - 1, 0) / nullif(p.middle, 0), 0) * expected)
                * (1 + pi() / 2 / p.earlier)
            ) as surprise
    from series s
    join spread p on p.neighbour = s.neighbour and p.month = s.month
),
stories_told as (  -- near-copies count once
    select t.incident, count(distinct hash(coalesce(s.story_id, t.article_id))) as stories
    from told t
    left join stories s on s.source = t.source and s.article_id = t.article_id and $dataset = 'coded'
    where t.article_id is not null
    group by t.incident
),
candidates as materialized (  -- with some to spare: one story or address often stands under several incidents
    select
        n.neighbour,
        h.month,
        h.incident,
        -- rounded, for the last digit of a mean hangs on the order in which the rows came
        round((h.without_article + coalesce(s.stories, 0)) * coalesce(abs(h.intensity), 0) * h.confidence, 9) as weight
    from happened h
    join (select distinct neighbour, bit from neighbours) n on h.ties & n.bit > 0
    left join stories_told s on s.incident = h.incident
    where $evidence > 0 and h.month in (select month from shown)
    -- by one value, with which DuckDB keeps the first of each part instead of sorting them
    qualify row_number() over (partition by n.neighbour, h.month order by row(-weight, h.incident)) <= 4 * $evidence
),
examples as materialized (
    select
        t.incident,
        first(t order by t.confidence desc, t.day, t.article_id, t.evidence_start, t.event_id, t.source) as told
    from (
        select t.*, coalesce(s.story_id, t.article_id) as story
        from told t
        left join stories s on s.source = t.source and s.article_id = t.article_id and $dataset = 'coded'
        where t.incident in (select incident from candidates)
    ) t
    group by t.incident
),
best_of_story as (
    select c.neighbour, c.month, c.weight, c.incident, x.told
    from candidates c
    join examples x on x.incident = c.incident
    qualify row_number() over (
        partition by c.neighbour, c.month, coalesce(x.told.story, x.told.address, x.told.event_id, c.incident::varchar)
        order by c.weight desc, c.incident
    ) = 1
),
chosen as materialized (
    select *
    from best_of_story
    qualify row_number() over (partition by neighbour, month order by weight desc, incident) <= $evidence
),
sentences as (
    select
        c.incident,
        any_value(substring(a.body, c.told.evidence_start + 1, c.told.evidence_end - c.told.evidence_start)) as text
    from chosen c
    join articles a
        on a.source = c.told.source and a.article_id = c.told.article_id and a.published_date = c.told.published_date
    group by all
),
cited as (
    select
        c.neighbour,
        c.month,
        list(
            concat_ws(
                ' ',
                c.told.event_date,
                c.told.event_type,
                coalesce(c.told.outlet, c.told.source) || ':',
                coalesce(s.text, c.told.address, c.told.article_id, c.told.event_id)
            )
            order by c.weight desc, c.incident
        ) as evidence
    from chosen c
    left join sentences s on s.incident = c.incident
    group by c.neighbour, c.month
)
select
    strftime(j.month, '%Y-%m') as month,
    j.neighbour,
    j.incidents,
    j.volume,
    if(j.volume >= $least_volume, round(j.rate, 2), null) as rate,
    round(j.expected, 1) as expected,
    round(j.surprise, 1) + 0 as surprise,
    round(j.conflict_share, 0) as conflict_share,
    round(j.intensity, 1) as intensity,
    j.incidents >= 2 as multiple,
    j.surprise >= 2 as unexpected,
    coalesce(j.conflict_share > 50 and j.intensity < 0, false) as negative,
    case
        when j.volume < $least_volume then 'no rate: volume below ' || $least_volume
        when j.expected is null then 'no surprise: ' || j.earlier || ' of ' || $least_months || ' earlier months'
    end as note,
    coalesce(c.evidence, []) as evidence
from judged j
left join cited c on c.neighbour = j.neighbour and c.month = j.month
where j.incidents > 0 or j.volume >= $least_volume
order by j.month desc, j.surprise desc nulls last, j.incidents desc, j.neighbour
