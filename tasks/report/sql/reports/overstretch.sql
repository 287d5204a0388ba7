-- question: When a power fights in one place, does trouble rise at its other borders?
-- param country: country, default focus: the power
-- param theatre: country, default UKR: the country in which, or against which, it fights
-- param since: date, optional: a day of the first month
-- param until: date, optional: a day of the last month
-- param dataset: coded|gdelt|ucdp_ged|acled, default coded: data set of the events
-- param modality: actual|negated|intended|conditional|all, default actual: what the text says of the act
-- param confidence: number, default 0: least confidence of an event (0 to 1); those without one pass
-- param trouble: conflict|material, default conflict: quad classes 3 and 4, or only 4 (material conflict)
-- param measure: incidents|intensity, default incidents: busy by incidents, or by their intensity, summed
-- param least_volume: whole number, default 100: volume that a month needs to count
-- list neighbours: select distinct counterpart from relations where kind = 'border' and coalesce(name, '') not like 'sea border%' and country = $country
-- column lag: months by which trouble is looked for after the fighting (months)
-- column months: pairs of months that are compared (months)
-- column correlation: rank correlation (Spearman) of busy and trouble (-1 to 1)
-- column changes: likewise, of their changes from month to month: where it is near 0, only slow waves agree (-1 to 1)
-- column p_value: share of the turns of one series against the other that correlate as strongly, up or down (0 to 1)
-- column p_any_lag: likewise, for the strongest of the 13 lags: allows for having tried them all (0 to 1)
-- column busy: mean over these months: material conflict between the power and the theatre (incidents per 1,000 volume)
-- column after_busy: mean trouble after the months that were busier than the median (incidents per 1,000 volume)
-- column after_quiet: mean trouble after the others (incidents per 1,000 volume)
-- column limits: what these rows can and cannot tell
--
-- Busy: incidents of material conflict (quad class 4) in which the power and the theatre are the two sides, or one of
-- them is and the theatre is the place, per 1,000 of the month's volume (articles in English read; of other data sets,
-- all events). Trouble: incidents of conflict that took place in, or had as a side, another neighbour by land of the
-- power (borders as in that month), and that do not touch the theatre. Months are those in which they were first told;
-- of UCDP and ACLED, in which they happened.
--
-- Both series have memory, so that common tests find too much. Here one series is turned against the other, by so many
-- months and end to beginning (circular shifts), forwards and backwards, which keeps the memory of both and breaks
-- only what ties them. Turns by up to 12 months forwards are left out: they would bring one lag to where another was.
-- All turns are taken where the series has up to 100 months, else 100 each way, spread evenly; none is drawn at
-- random, so the answer is the same each time. The least p_value that n turns can give is 1 / (n + 1). Two series that
-- both rise slowly agree without any tie, turned or not: hence `changes`, which must be at least 2 / sqrt(months) the
-- same way (about what chance gives in 1 of 20).
--
-- Both rates are shares of the same articles: when the war fills the news, less is left for the rest, which pulls the
-- correlation down. And one outside cause may move both. A correlation here is a reason to look, not a proof.
with others as materialized (
    select distinct counterpart as neighbour, start_date, end_date
    from relations
    where kind = 'border'
        and coalesce(name, '') not like 'sea border%'  -- where only water parts the two, as COW has it
        and country = $country
        and counterpart <> $theatre
),
touching as (
    select
        incident,
        day,
        quad_class,
        intensity,
        place_country,
        actor_country,
        recipient_country
    from counted_events
    where dataset = $dataset
        and quad_class in (3, 4)
        and ($modality = 'all' or modality = $modality)
        and (confidence is null or confidence >= $confidence)
        and (
            list_position($neighbours::varchar[], place_country) > 0
            or list_position($neighbours::varchar[], actor_country) > 0
            or list_position($neighbours::varchar[], recipient_country) > 0
            or $theatre in (place_country, actor_country, recipient_country)
        )
        and day is not null
),
happened as (
    select
        date_trunc('month', min(day))::date as month,
        any_value(quad_class) as quad_class,
        avg(intensity) as intensity,
        list_distinct([any_value(place_country), any_value(actor_country), any_value(recipient_country)]) as countries,
        any_value(actor_country) as actor_country,
        any_value(recipient_country) as recipient_country
    from touching
    group by incident
),
combined as (
    select
        month,
        countries,
        quad_class = 4
            and list_contains(countries, $theatre)
            and coalesce($country in (actor_country, recipient_country), false) as is_busy,
        not list_contains(countries, $theatre) and ($trouble = 'conflict' or quad_class = 4) as is_trouble,
        count(*) as incidents,
        sum(abs(intensity)) as intensity
    from happened
    group by all
),
by_month as (
    select
        month,
        sum(if($measure = 'incidents', incidents, intensity)) filter (where is_busy) as busy,
        sum(incidents) filter (
            where is_trouble
                and exists (
                    from others o
                    where list_contains(countries, o.neighbour)
                        and o.start_date < month + interval 1 month
                        and (o.end_date is null or o.end_date >= month)
                )
        ) as trouble
    from combined
    group by month
),
rates as (  -- numbered by calendar month, so that a gap in what was read stays a gap
    select
        datediff('month', min(v.month) over (), v.month)::integer as number,
        1000.0 * coalesce(b.busy, 0) / v.volume as busy,
        1000.0 * coalesce(b.trouble, 0) / v.volume as trouble
    from volumes v
    left join by_month b on b.month = v.month
    where v.dataset = $dataset
        and v.volume >= $least_volume
        and ($since is null or v.month >= date_trunc('month', $since::date))
        and ($until is null or v.month <= $until)
),
series as materialized (
    select
        *,
        rank() over (order by busy) + (count(*) over (partition by busy) - 1) / 2 as busy_rank,
        rank() over (order by trouble) + (count(*) over (partition by trouble) - 1) / 2 as trouble_rank
    from rates
),
length as (
    select coalesce(max(number) + 1, 0) as months from series
),
turns as (  -- shift 0 forwards is the series as it is
    select shift, is_forwards, months, row_number() over (order by shift, is_forwards desc) as turn
    from (
        select distinct (step * months / least(months, 100))::integer as shift, months
        from (select unnest(range(least(months, 100))) as step, months from length)
    ), (values (true), (false)) directions (is_forwards)
    where shift = 0 or not is_forwards or least(shift, months - shift) > 12
),
lags as (
    select unnest(range(13))::integer as lag
),
aimed as materialized (  -- a step of its own, or each would be tried with every month
    select
        l.lag,
        t.turn,
        y.trouble_rank,
        if(t.is_forwards, y.number - l.lag + t.shift, t.shift + t.months - (y.number - l.lag)) % t.months as number
    from turns t
    cross join lags l
    join series y on y.number >= l.lag
),
correlated as materialized (  -- by the ranks in the whole series: to rank each turn anew is dear and tells the same
    select a.lag, a.turn, count(*) as months, abs(corr(x.busy_rank, a.trouble_rank)) as strength
    from aimed a
    join series x on x.number = a.number
    group by a.lag, a.turn
),
pairs as materialized (
    select l.lag, x.busy, y.trouble
    from lags l
    cross join series y
    join series x on x.number = y.number - l.lag
),
ranked as (
    select
        *,
        rank() over (partition by lag order by busy) + (count(*) over (partition by lag, busy) - 1) / 2 as busy_rank,
        rank() over (partition by lag order by trouble)
            + (count(*) over (partition by lag, trouble) - 1) / 2 as trouble_rank,
        median(busy) over (partition by lag) as middle
    from pairs
),
steps as (  -- from month to month
    select s.number, s.busy - b.busy as busy, s.trouble - b.trouble as trouble
    from series s
    join series b on b.number = s.number - 1
),
stepwise as (
    select lag, if(count(*) >= 8, corr(busy_rank, trouble_rank), null) as correlation
    from (
        select
            l.lag,
            rank() over (partition by l.lag order by x.busy)
                + (count(*) over (partition by l.lag, x.busy) - 1) / 2 as busy_rank,
            rank() over (partition by l.lag order by y.trouble)
                + (count(*) over (partition by l.lag, y.trouble) - 1) / 2 as trouble_rank
        from lags l
        join steps y on true
        join steps x on x.number = y.number - l.lag
    )
    group by lag
),
compared as (
    select
        lag,
        count(*) as months,
        if(count(*) >= 8, corr(busy_rank, trouble_rank), null) as correlation,
        avg(busy) as busy,
        count(*) filter (where busy > 0) as busy_months,
        avg(trouble) filter (where busy > middle) as after_busy,
        avg(trouble) filter (where busy <= middle) as after_quiet
    from ranked
    group by lag
),
observed as materialized (
    select
        l.lag,
        coalesce(p.months, 0) as months,
        if(isfinite(p.correlation), p.correlation, null) as correlation,
        if(isfinite(w.correlation), w.correlation, null) as changes,
        c.strength,
        p.busy,
        p.busy_months,
        p.after_busy,
        p.after_quiet
    from lags l
    left join compared p on p.lag = l.lag
    left join stepwise w on w.lag = l.lag
    left join correlated c on c.lag = l.lag and c.turn = 1
),
turned as (  -- a turn that gaps leave with much fewer pairs would correlate strongly by chance
    select c.lag, c.turn, if(isfinite(c.strength), c.strength, 0) as strength
    from correlated c
    join observed o on o.lag = c.lag and c.months >= 0.75 * o.months
    where c.turn > 1
),
tested as (
    select
        o.*,
        (
            select (1 + count(*) filter (where t.strength >= o.strength - 1e-9)) / (1 + count(*))
            from turned t
            where t.lag = o.lag
        ) as p_value,
        (
            select (1 + count(*) filter (where t.strength >= o.strength - 1e-9)) / (1 + count(*))
            from (select turn, max(strength) as strength from turned group by turn) t
        ) as p_any_lag
    from observed o
)
select
    lag,
    months,
    round(correlation, 2) + 0 as correlation,
    if(correlation is null, null, round(changes, 2) + 0) as changes,
    if(correlation is null, null, round(p_value, 3)) as p_value,
    if(correlation is null, null, round(p_any_lag, 3)) as p_any_lag,
    round(busy, 2) as busy,
    round(after_busy, 2) as after_busy,
    round(after_quiet, 2) as after_quiet,
    case
        when months < 8 then months || if(months = 1, ' month', ' months') || ' only: too few to rank'
        when correlation is null then 'nothing to compare: a series does not change'
        when months < 24 then months || ' months only: no conclusion'
        when busy_months < 6 then 'fighting in ' || busy_months || ' months only: no conclusion'
        when p_any_lag <= 0.05 and coalesce(changes * sign(correlation), 0) < 2 / sqrt(months)
            then 'beyond chance, but only as slow waves: not from month to month, so no conclusion'
        when p_any_lag <= 0.05 and correlation > 0
            then 'rises with it beyond chance; that one causes the other is not shown'
        when p_any_lag <= 0.05 then 'falls as it rises, beyond chance; reports of one may crowd out those of the other'
        when p_value <= 0.05 then 'beyond chance alone, but not among 13 lags tried: no conclusion'
        else 'no more than chance gives'
    end as limits
from tested
order by lag
