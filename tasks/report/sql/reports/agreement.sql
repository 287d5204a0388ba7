-- question: What do our coded events and those of GDELT, UCDP GED and ACLED see of the same country, day and class?
-- param country: country, default focus: where it happened, or a party, as `tie` says
-- param since: date, optional: first day on which it happened
-- param until: date, optional: last day on which it happened
-- param dataset: gdelt|ucdp_ged|acled|all, default all: with which data set to compare
-- param class: quad|side, default quad: compare within quad classes 1 to 4, or within cooperation and conflict
-- param window: whole number, default 1: days by which the two may differ (days)
-- param modality: actual|negated|intended|conditional|all, default actual: what the text says of our events
-- param confidence: number, default 0: least confidence of our events (0 to 1)
-- param tie: any|place|party, default any: what makes an event the country's: that it took place there, a party, or any
-- param examples: whole number, default 3: most examples in a row
-- column dataset: the data set that ours is compared with
-- column class: quad class (1 and 2 cooperation, verbal and material, 3 and 4 conflict), or side
-- column days: days that are compared: we read articles published then, and the data set covers them (days)
-- column ours: our incidents on those days (incidents)
-- column theirs: events of the data set on those days, as it counts them itself (events)
-- column both: those of ours that the data set has something of, same country and class within the window (incidents)
-- column only_ours: those of ours of which the data set has nothing (incidents)
-- column only_theirs: those of the data set of which we have nothing (events)
-- column matched_ours: share of ours that are matched (percent)
-- column chance_ours: share that would be, did ours fall on any of the days, to set matched_ours against (percent)
-- column matched_theirs, chance_theirs: likewise for those of the data set (percent)
-- column months: months with compared days (months)
-- column correlation: rank correlation (Spearman) of both a day by month, ours for each article read (-1 to 1)
-- column note: why a figure is missing or to be doubted
-- column missed_by_them: examples of only_ours: event_id, day, type and sentence
-- column missed_by_us: examples of only_theirs: event_id, day, type and address or place
--
-- A day is compared where an article in English was published on it, and where the data set covers it: GDELT where we
-- have anything that it added on that day, the others from their first event to their last, of whatever country (a file
-- of some countries only is taken to cover all). Events dated by month or year are left out, and so is history in the
-- news (see the view `counted_events`). A big country is in the news every day, and then everything is matched: look at
-- the chance beside it.
with happened as not materialized (  -- read anew for each use, in fewer columns: names are dear, and theirs need none
    select
        *,
        if($class = 'quad', quad_class::varchar, if(quad_class in (1, 2), 'cooperation', 'conflict')) as class,
        event_date as first_day,
        least(coalesce(event_end_date, event_date), event_date + 30) as last_day,
        coalesce(abs(intensity) * coalesce(confidence, 1), 0) as weight
    from counted_events
    where ($dataset = 'all' or dataset in ('coded', $dataset))
        and (
            ($tie <> 'party' and place_country = $country)
            or ($tie <> 'place' and (actor_country = $country or recipient_country = $country))
        )
        and quad_class is not null
        and day is not null
        and coalesce(date_precision, 'day') = 'day'
        and ($since is null or coalesce(event_end_date, event_date) >= $since)
        and ($until is null or event_date <= $until)
),
our_incidents as (
    select
        class, incident, first_day, max(last_day) as last_day, min(published_date) as published_date,
        max(weight) as weight
    from happened
    where dataset = 'coded'
        and ($modality = 'all' or modality = $modality)
        and (confidence is null or confidence >= $confidence)
    group by class, incident, first_day
),
their_spells as (
    select dataset, class, first_day, last_day, published_date, max(weight) as weight, count(*) as events
    from happened
    where dataset <> 'coded'
    group by all
),
read_days as materialized (
    select published_date as day, count(distinct hash(article_id)) as articles
    from articles
    where language = 'en'
        and ($since is null or published_date >= $since)
        and ($until is null or published_date <= $until)
    group by day
),
their_days as materialized (
    select dataset, if(dataset = 'gdelt', published_date, event_date) as day
    from events
    where dataset <> 'coded' and ($dataset = 'all' or dataset = $dataset)
    group by all
),
compared as materialized (
    select t.dataset, r.day, r.articles
    from read_days r
    join their_days t on t.day = r.day and t.dataset = 'gdelt'
    union all
    select t.dataset, r.day, r.articles
    from read_days r
    join (select dataset, min(day) as first_day, max(day) as last_day from their_days group by dataset) t
        on r.day between t.first_day and t.last_day and t.dataset <> 'gdelt'
),
datasets as (
    select dataset, dataset in (select dataset from their_days) as is_there
    from (select unnest(['gdelt', 'ucdp_ged', 'acled']) as dataset)
    where $dataset in ('all', dataset)
),
classes as (
    select unnest(if($class = 'quad', ['1', '2', '3', '4'], ['cooperation', 'conflict'])) as class
),
facing as materialized (  -- both sides beside each other: ours stand against each data set
    select f.*, exists (from compared c where c.dataset = f.dataset and c.day = f.first_day) as is_compared
    from (
        select
            d.dataset, o.class, true as is_ours, o.first_day, o.last_day, o.published_date, o.weight, 1 as events,
            o.incident
        from our_incidents o
        cross join datasets d
        union all
        select
            dataset, class, false as is_ours, first_day, last_day, published_date, weight, events, null as incident
        from their_spells
    ) f
),
spells as materialized (
    select distinct dataset, class, is_ours, is_compared, first_day, last_day from facing
),
near as materialized (  -- the days within the window of one of a side's, which itself may lie on a day not compared
    select distinct
        dataset,
        class,
        is_ours,
        unnest(
            generate_series(first_day - $window::integer, last_day + $window::integer, interval 1 day)
        )::date as day
    from spells
),
matched as materialized (  -- spells that the other side has something of
    select distinct s.dataset, s.class, s.is_ours, s.first_day, s.last_day
    from (
        select *, unnest(generate_series(first_day, last_day, interval 1 day))::date as day
        from spells
        where is_compared
    ) s
    join near n on n.dataset = s.dataset and n.class = s.class and n.is_ours <> s.is_ours and n.day = s.day
),
judged as materialized (
    select f.*, m.dataset is not null as is_matched
    from facing f
    left join matched m
        on m.dataset = f.dataset and m.class = f.class and m.is_ours = f.is_ours and m.first_day = f.first_day
        and m.last_day = f.last_day
    where f.is_compared
),
counted as (
    select
        dataset,
        class,
        sum(events) filter (where is_ours)::bigint as ours,
        sum(events) filter (where not is_ours)::bigint as theirs,
        sum(events) filter (where is_ours and is_matched)::bigint as both,
        sum(events) filter (where is_ours and not is_matched)::bigint as only_ours,
        sum(events) filter (where not is_ours and not is_matched)::bigint as only_theirs
    from judged
    group by dataset, class
),
chances as (
    select
        c.dataset,
        n.class,
        count(*) filter (where not n.is_ours) as days_near_theirs,
        count(*) filter (where n.is_ours) as days_near_ours
    from compared c
    join near n on n.dataset = c.dataset and n.day = c.day
    group by c.dataset, n.class
),
totals as (
    select dataset, count(*) as days, count(distinct date_trunc('month', day)) as months
    from compared
    group by dataset
),
monthly as (
    select
        m.dataset,
        k.class,
        m.month,
        coalesce(h.ours, 0) / m.articles as ours,
        coalesce(h.theirs, 0) / m.days as theirs
    from (
        select dataset, date_trunc('month', day)::date as month, count(*) as days, sum(articles) as articles
        from compared
        group by all
    ) m
    cross join classes k
    left join (
        select
            dataset,
            class,
            date_trunc('month', first_day)::date as month,
            sum(events) filter (where is_ours) as ours,
            sum(events) filter (where not is_ours) as theirs
        from judged
        group by all
    ) h on h.dataset = m.dataset and h.class = k.class and h.month = m.month
),
correlated as (
    select
        dataset,
        class,
        if(
            count(*) >= 6 and count(distinct ours) > 1 and count(distinct theirs) > 1, corr(our_rank, their_rank), null
        ) as correlation
    from (
        select
            *,
            rank() over (partition by dataset, class order by ours)
                + (count(*) over (partition by dataset, class, ours) - 1) / 2 as our_rank,
            rank() over (partition by dataset, class order by theirs)
                + (count(*) over (partition by dataset, class, theirs) - 1) / 2 as their_rank
        from monthly
    )
    group by dataset, class
),
chosen as materialized (  -- of ours the incidents to show; of theirs the spells that hold the events to show
    select dataset, class, is_ours, incident, first_day, last_day, published_date, weight
    from judged
    where not is_matched
    qualify row_number() over (
        partition by dataset, class, is_ours order by weight desc, first_day, published_date, last_day, incident
    ) <= $examples
),
our_examples as (
    select c.incident, arg_max(
            {
                source: e.source, event_id: e.event_id, event_date: e.event_date, event_type: e.event_type,
                article_id: e.article_id, published_date: e.published_date, evidence_start: e.evidence_start,
                evidence_end: e.evidence_end
            },
            (coalesce(e.confidence, 1), e.event_id)
        ) as told
    from chosen c
    join counted_events e on e.published_date = c.published_date and e.incident = c.incident
    where c.is_ours and e.dataset = 'coded' and (e.confidence is null or e.confidence >= $confidence)
    group by c.incident
),
their_examples as (
    select
        c.dataset,
        c.class,
        e.weight,
        e.event_id,
        concat_ws(
            ' ', e.event_id, e.event_date, e.event_type, coalesce(e.source_url, e.place_name, e.outlet)
        ) as told
    from chosen c
    join happened e
        on e.published_date is not distinct from c.published_date  -- null where a file says no edition
        and e.first_day = c.first_day and e.last_day = c.last_day
        and e.dataset = c.dataset and e.class = c.class
    where not c.is_ours and e.dataset <> 'coded'
    qualify row_number() over (
        partition by c.dataset, c.class order by e.weight desc, e.first_day, e.published_date, e.event_id
    ) <= $examples
),
sentences as (
    select o.incident, substring(a.body, o.told.evidence_start + 1, o.told.evidence_end - o.told.evidence_start) as text
    from (from our_examples limit 100000) o  -- the limit tells the planner that they are few: not all bodies are read
    join articles a
        on a.source = o.told.source and a.article_id = o.told.article_id and a.published_date = o.told.published_date
),
our_cited as (
    select
        c.dataset,
        c.class,
        list(
            concat_ws(' ', o.told.event_id, o.told.event_date, o.told.event_type, s.text)
            order by c.weight desc, o.told.event_id
        ) as told
    from chosen c
    join our_examples o on o.incident = c.incident
    left join sentences s on s.incident = o.incident
    where c.is_ours
    group by c.dataset, c.class
),
their_cited as (
    select dataset, class, list(told order by weight desc, event_id) as told from their_examples group by all
)
select
    d.dataset,
    if(d.is_there, k.class, null) as class,
    coalesce(t.days, 0) as days,
    coalesce(n.ours, 0) as ours,
    coalesce(n.theirs, 0) as theirs,
    coalesce(n.both, 0) as both,
    coalesce(n.only_ours, 0) as only_ours,
    coalesce(n.only_theirs, 0) as only_theirs,
    round(100.0 * n.both / nullif(n.ours, 0), 0) as matched_ours,
    round(100.0 * coalesce(h.days_near_theirs, 0) / t.days, 0) as chance_ours,
    round(100.0 * (n.theirs - n.only_theirs) / nullif(n.theirs, 0), 0) as matched_theirs,
    round(100.0 * coalesce(h.days_near_ours, 0) / t.days, 0) as chance_theirs,
    coalesce(t.months, 0) as months,
    round(r.correlation, 2) + 0 as correlation,
    case
        when not d.is_there then 'the data set is not in the lake'
        when t.days is null then 'no day that both cover'
        when t.days < 30 then t.days || if(t.days = 1, ' day', ' days') || ' only: no conclusion'
        when coalesce(n.theirs, 0) + coalesce(h.days_near_theirs, 0) = 0
            then 'the data set has nothing of this country and class'
        when coalesce(n.ours, 0) + coalesce(h.days_near_ours, 0) = 0 then 'we have nothing of this country and class'
        when greatest(h.days_near_theirs, h.days_near_ours) >= 0.95 * t.days
            then 'something on nearly every day: a match tells little'
        when t.months < 6 then t.months || ' months only: no correlation'
    end as note,
    coalesce(o.told, []) as missed_by_them,
    coalesce(e.told, []) as missed_by_us
from datasets d
cross join classes k
left join totals t on t.dataset = d.dataset
left join counted n on n.dataset = d.dataset and n.class = k.class
left join chances h on h.dataset = d.dataset and h.class = k.class
left join correlated r on r.dataset = d.dataset and r.class = k.class
left join our_cited o on o.dataset = d.dataset and o.class = k.class
left join their_cited e on e.dataset = d.dataset and e.class = k.class
where d.is_there or k.class = (select min(class) from classes)
order by d.dataset, class
