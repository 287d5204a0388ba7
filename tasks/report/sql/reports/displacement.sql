-- question: How many people fled a country, by the data sets and by what articles state?
-- param country: country, optional: country of origin
-- param since: date, optional: a day of the first year
-- param until: date, optional: a day of the last year
-- param least: whole number, default 10000: years with fewer refugees and displaced people are left out, unless articles
-- param show: all|both, default all: both are the years with figures and claims
-- column year: year; of claims, that of publication
-- column origin: country of origin (ISO 3166-1 alpha-3)
-- column refugees: refugees from there, in whatever country; of UNHCR, at the end of the year (people)
-- column asylum_seekers: people from there who wait for a decision, likewise (people)
-- column displaced_inside: people displaced inside the country, likewise (people)
-- column main_hosts: countries with most refugees from there, three at most (ISO 3166-1 alpha-3 with people)
-- column change: refugees minus those of the year before (people)
-- column dataset: data set of refugees
-- column claims: figures of people from there that articles state (claims, counted once a text, country and article)
-- column claimed_low: lowest of them (people)
-- column claimed_median: median (people)
-- column claimed_high: highest (people)
-- column evidence: the highest claims: day, outlet, figure and sentence, three at most
--
-- Claims are of kind displaced, or counts of refugees; which country they are of is told by the view `claim_matches`.
-- They are of a day and often of a part ("in the first week"), UNHCR's figures are of those who are still abroad at
-- the end of a year: a difference is a question, not an error. Where several data sets have figures of a year, the
-- one with more countries of asylum is taken.
with wanted as materialized (
    select
        dataset, series, country, counterpart, year(start_date) as year, start_date,
        coalesce(end_date, start_date) as end_date, value
    from indicators
    where series in ('refugees', 'asylum_seekers', 'idps')
        and value is not null
        and ($country is null or country = $country)
        and ($since is null or year(start_date) >= year($since::date) - 1)
        and ($until is null or year(start_date) <= year($until::date))
),
-- of counts of one year that contain each other, the last
latest as (
    select *
    from wanted
    qualify rank() over (partition by dataset, series, country, year order by end_date desc, start_date) = 1
),
summed as (
    select
        dataset,
        series,
        country,
        year,
        coalesce(max(value) filter (where counterpart = ''), sum(value)) as value,
        count(*) as countries,
        list(counterpart || ' ' || format('{:,}', value::bigint) order by value desc, counterpart)
            filter (where counterpart <> '')[1:3] as hosts
    from latest
    group by dataset, series, country, year
),
figures as (
    select *
    from summed
    qualify row_number() over (partition by series, country, year order by countries desc, dataset desc) = 1
),
by_year as (
    select
        country,
        year,
        max(value) filter (where series = 'refugees') as refugees,
        max(value) filter (where series = 'asylum_seekers') as asylum_seekers,
        max(value) filter (where series = 'idps') as displaced_inside,
        any_value(hosts) filter (where series = 'refugees') as hosts,
        max(dataset) filter (where series = 'refugees') as dataset
    from figures
    group by country, year
),
changes as (
    select
        *,
        -- only where the year before is there, and of the same data set
        refugees - max(refugees) over (
            partition by country, dataset order by year range between 1 preceding and 1 preceding
        ) as change
    from by_year
),
stated as (
    select
        m.country,
        year(m.published_date) as year,
        m.published_date,
        coalesce(m.outlet, m.source) as outlet,
        m.text,
        m.sentence,
        m.claim_id,
        coalesce((m.value_low + m.value_high) / 2, m.value_low, m.value_high) as value
    from claim_matches m
    join claim_series l on l.line = m.line and l.series in ('refugees', 'asylum_seekers', 'idps')
    where m.published_date is not null
        and ($country is null or m.country = $country)
        and ($since is null or year(m.published_date) >= year($since::date))
        and ($until is null or year(m.published_date) <= year($until::date))
),
claimed as (
    select
        country,
        year,
        count(*) as claims,
        min(value) as low,
        median(value) as middle,
        max(value) as high,
        list(
            concat_ws(' ', published_date, outlet || ':', text || ',', sentence)
            order by value desc, published_date, claim_id
        )[1:3] as evidence
    from stated
    where country is not null
    group by country, year
)
select
    coalesce(f.year, c.year) as year,
    coalesce(f.country, c.country) as origin,
    f.refugees::bigint as refugees,
    f.asylum_seekers::bigint as asylum_seekers,
    f.displaced_inside::bigint as displaced_inside,
    coalesce(f.hosts, []) as main_hosts,
    f.change::bigint as change,
    f.dataset,
    coalesce(c.claims, 0) as claims,
    c.low::bigint as claimed_low,
    c.middle::bigint as claimed_median,
    c.high::bigint as claimed_high,
    coalesce(c.evidence, []) as evidence
from changes f
full join claimed c on c.country = f.country and c.year = f.year
where (
        c.claims is not null
        or coalesce(f.refugees, 0) + coalesce(f.asylum_seekers, 0) + coalesce(f.displaced_inside, 0) >= $least
    )
    and ($show = 'all' or (c.claims is not null and f.year is not null))
    and ($since is null or coalesce(f.year, c.year) >= year($since::date))
order by year desc, coalesce(f.refugees, 0) desc, origin
