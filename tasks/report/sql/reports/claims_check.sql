-- question: Which figures that articles state can be tested by a data set, and what does it say?
-- param country: country, optional: the country that the figure is about, or the other one
-- param kind: share|count|money|duration|casualties|displaced|distance|other, optional: kind of figure
-- param speaker: text, optional: a part of the speaker's name
-- param since: date, optional: first day of publication
-- param until: date, optional: last day of publication
-- param show: all|tested|untested, default all: tested are those that a data set tells of
-- column published_date: day of publication (UTC)
-- column outlet: who published it
-- column speaker: who states it; empty where the outlet does
-- column text: the words of the figure
-- column about: what is counted or measured
-- column country: the country that it is about (ISO 3166-1 alpha-3)
-- column counterpart: the other country, where one matters (ISO 3166-1 alpha-3)
-- column claimed: the figure as stated; the middle of a range, the bound of an open one (as unit says)
-- column observed: what the data set says (as unit says)
-- column difference: claimed minus observed (as unit says)
-- column unit: unit of the three
-- column window: the time that the observed figure is of
-- column series: the series of the data set
-- column dataset: the data set, and its version where it states one
-- column known_from: day from which the observed figure was published (UTC)
-- column stands_in: what is really measured, in place of what the claim is about
-- column reason: why no data can tell; where they can, what was taken for granted
-- column sentence: the sentence, cut out of the article
-- column article_id: the article
--
-- Which claim is set against which series is said in `sql/lists/claim_series.csv`, and which countries it is about in
-- the view `claim_matches`. Without a year in the sentence, a share is taken over the complete years before
-- publication (as many as the list says); where the data set ends earlier, over as many before its end, up to two
-- years older. Two data sets that hold the same series give two rows.
with chosen as materialized (
    select
        m.*,
        l.series as all_series,
        l.measure,
        l."window" as reach,
        l.what,
        l.note,
        case when m.value_low is null then m.value_high when m.value_high is null then m.value_low
            else (m.value_low + m.value_high) / 2 end as claimed
    from claim_matches m
    left join claim_series l on l.line = m.line
    where ($kind is null or m.kind = $kind)
        and ($country is null or m.country = $country or m.counterpart = $country)
        and ($speaker is null or contains(lower(m.speaker_name), lower($speaker)))
        and ($since is null or m.published_date >= $since)
        and ($until is null or m.published_date <= $until)
),
asked as materialized (
    select c.*, s.series, s.place
    from chosen c,
        unnest(string_split(c.all_series, '|')) with ordinality as s (series, place)
    where c.country is not null and c.published_date is not null
),
figures as materialized (
    select series, dataset, dataset_version, country, counterpart, start_date, end_date, value, unit, known_from
    from indicators
    where series in (select series from asked)
        and country in (select country from asked union select counterpart from asked)
        and value is not null
),
-- how far each series of a data set goes, in whatever country
ends as materialized (
    select series, dataset, max(year(start_date)) as last_year
    from indicators
    where series in (select series from asked where measure in ('share', 'year'))
    group by series, dataset
),
spans as (
    select
        a.*,
        e.dataset,
        case
            when a.last_year is not null or a.first_year is not null
                then least(coalesce(a.last_year, year(a.published_date) - 1), e.last_year)
            else least(year(a.published_date) - 1, e.last_year)
        end as to_year,
        coalesce(a.first_year, to_year - regexp_extract(a.reach, '[0-9]+')::integer + 1) as from_year
    from asked a
    join ends e on e.series = a.series
    where a.measure in ('share', 'year')
        and e.last_year >= coalesce(a.last_year, year(a.published_date) - 1) - 2
),
shares as (
    select
        s.claim_id, s.series, s.place, f.dataset, max(f.dataset_version) as version,
        round(100 * coalesce(sum(f.value) filter (where f.counterpart = s.counterpart), 0) / sum(f.value), 2)
            as observed,
        if(min(s.from_year) = min(s.to_year), min(s.from_year)::varchar, min(s.from_year) || '–' || min(s.to_year))
            as time_span,
        max(f.known_from) as known_from,
        'percent' as unit
    from spans s
    join figures f on f.series = s.series and f.dataset = s.dataset and f.country = s.country
        and year(f.start_date) between s.from_year and s.to_year and f.counterpart <> ''
    where s.measure = 'share' and s.counterpart is not null
    group by s.claim_id, s.series, s.place, f.dataset
    having sum(f.value) > 0
),
years as (
    select
        s.claim_id, s.series, s.place, f.dataset, f.dataset_version as version, f.value as observed,
        year(f.start_date)::varchar as time_span, f.known_from, f.unit
    from spans s
    join figures f on f.series = s.series and f.dataset = s.dataset and f.country = s.country and f.counterpart = ''
        and year(f.start_date) between if(s.first_year is null, s.from_year, s.to_year) and s.to_year
    where s.measure = 'year'
    qualify row_number() over (partition by s.claim_id, s.series, f.dataset order by f.start_date desc) = 1
),
-- of all other countries together: the total that the data set states, or else the sum
totals as (
    select
        series, dataset, max(dataset_version) as version, country, start_date, end_date, any_value(unit) as unit,
        coalesce(max(value) filter (where counterpart = ''), sum(value)) as value, max(known_from) as known_from
    from figures
    where series in (select series from asked where measure = 'stock')
    group by series, dataset, country, start_date, end_date
),
stocks as (
    select
        a.claim_id, a.series, a.place, t.dataset, t.version, t.value as observed, t.start_date, t.end_date,
        t.known_from, t.unit, a.published_date, a.reach, a.last_year, false as of_pair
    from asked a
    join totals t on t.series = a.series and t.country = a.country
    where a.measure = 'stock' and a.counterpart_basis is distinct from 'words'
    union all
    select
        a.claim_id, a.series, a.place, f.dataset, f.dataset_version, f.value, f.start_date, f.end_date, f.known_from,
        f.unit, a.published_date, a.reach, a.last_year, true
    from asked a
    join figures f on f.series = a.series and (
        (f.country = a.country and f.counterpart = a.counterpart)
        -- a border has no direction
        or (a.series = 'border.length_km' and f.country = a.counterpart and f.counterpart = a.country)
    )
    where a.measure = 'stock' and a.counterpart is not null
),
nearest as (
    select
        claim_id, series, place, dataset, version, observed,
        case
            when date_trunc('year', end_date) = start_date and month(end_date) = 12 then year(start_date)::varchar
            when coalesce(end_date, start_date) = start_date then start_date::varchar
            else start_date || ' to ' || end_date
        end as time_span,
        known_from, unit, of_pair
    from stocks
    where abs(date_diff('day', published_date, coalesce(end_date, start_date)))
        <= date_diff('day', date '2000-01-01', (date '2000-01-01' + reach::interval)::date)
    qualify row_number() over (
        partition by claim_id, series, dataset
        order by of_pair desc, abs(date_diff('day', published_date, coalesce(end_date, start_date))), start_date desc
    ) = 1
),
deadly as materialized (
    select dataset, place_country, event_date, sum(deaths_best) as deaths, max(published_date) as known_from
    from events
    where deaths_best is not null
        and place_country in (select country from asked where measure = 'sum')
        and dataset in ('ucdp_ged', 'acled')
    group by all
),
sums as (
    select
        a.claim_id, a.series, a.place, d.dataset, null::varchar as version, sum(d.deaths)::double as observed,
        min(d_from.day) || ' to ' || min(d_to.day) as time_span, max(d.known_from) as known_from, 'people' as unit
    from asked a
    join lateral (
        select coalesce(make_date(a.first_year, 1, 1), (a.published_date - a.reach::interval)::date) as day
    ) d_from on true
    join lateral (
        select least(if(a.first_year is null, a.published_date, make_date(coalesce(a.last_year, 9999), 12, 31)),
            a.published_date) as day
    ) d_to on true
    join deadly d on d.place_country = a.country and d.event_date between d_from.day and d_to.day
    where a.measure = 'sum'
    group by a.claim_id, a.series, a.place, d.dataset
),
since as (
    select
        a.claim_id, a.series, a.place, r.dataset, null::varchar as version,
        round(date_diff('day', r.start_date, least(a.published_date, r.end_date)) / 365.25, 1) as observed,
        r.name || ' since ' || r.start_date as time_span, r.known_from, 'years' as unit
    from asked a
    join mentions m on m.source = a.source and m.article_id = a.article_id and m.kind = 'organisation'
        and contains(a.sentence, m.text)
    left join organisations o on o.codebook_name = m.name
    join relations r on r.kind = 'membership' and r.name in (m.name, o.name) and r.country = a.country
        and r.start_date <= a.published_date
    where a.measure = 'since'
    qualify row_number() over (partition by a.claim_id order by r.start_date desc, r.name) = 1
),
found as (
    select * from shares
    union all by name select * from years
    union all by name select * from nearest
    union all by name select * from sums
    union all by name select * from since
),
best as (
    select *
    from found
    qualify dense_rank() over (partition by claim_id order by place, coalesce(of_pair, false) desc) = 1
)
select
    c.published_date,
    c.outlet,
    c.speaker_name as speaker,
    c.text,
    c.about_text as about,
    c.country,
    c.counterpart,
    c.claimed,
    round(b.observed, 3) as observed,
    round(c.claimed - b.observed, 3) as difference,
    coalesce(b.unit, c.unit) as unit,
    b.time_span as "window",
    b.series,
    b.dataset || coalesce(' ' || b.version, '') as dataset,
    b.known_from,
    if(b.claim_id is null, null, c.what || ' stand in for “' || coalesce(c.about_text, c.text) || '”') as stands_in,
    case
        when b.claim_id is not null then nullif(concat_ws(
            '; ',
            if(c.country_basis = 'first', 'several countries are named, and ' || c.country || ' comes first', null),
            if(c.counterpart_basis = 'first', 'as the other country ' || c.counterpart || ' is named first', null),
            if(c.first_year is null and c.measure in ('share', 'sum'),
                'the sentence names no time: taken are the ' || c.reach || ' before', null),
            if(c.counterpart is not null and not b.of_pair,
                'the data set has ' || c.country || ' as a whole alone', null),
            if(b.known_from > c.published_date, 'the figure was not yet known when this was said', null)
        ), '')
        when c.line is null then 'no data set here has this figure'
        when c.all_series is null then c.note
        when c.published_date is null then 'the article has no date'
        when c.country is null then 'the sentence names no country'
        when c.measure = 'share' and c.counterpart is null then 'the sentence names one country, and a share needs two'
        when c.measure = 'since'
            then 'no membership of ' || c.country || ' in an organisation that the sentence names is known'
        when c.measure = 'sum' then 'no deaths of ' || c.country || ' in that time are in this lake'
        when not exists (from indicators i where list_contains(string_split(c.all_series, '|'), i.series))
            then 'no figures of ' || replace(c.all_series, '|', ' or ') || ' are in this lake'
        else 'no figures of ' || c.country || ' near that time are in this lake'
    end as reason,
    c.sentence,
    c.article_id
from chosen c
left join best b on b.claim_id = c.claim_id
where $show = 'all' or ($show = 'tested') = (b.claim_id is not null)
order by c.published_date, c.outlet, c.article_id, c.text_start, b.dataset
