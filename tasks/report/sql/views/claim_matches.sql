-- claim_matches: the figures that articles state, each with the line of the list `claim_series` that it can be set
-- against and the countries that it is about. One row a claim; a claim of two sources counts once.
-- Columns:
--   line                  of claim_series; null where none fits
--   country               the country that the figure is about; null where the sentence names none
--   country_basis         how it was found: `words` before its name, `about` (named in what is counted), `only` (no other
--                         is named), `first` (named first of several)
--   counterpart           the other country; null where the line asks for none or the sentence names none
--   counterpart_basis     as country_basis
--   first_year, last_year the years that the sentence names; null where it names none
--   sentence              the sentence of the figure, cut out of the article
--   the others            as in claims and articles
with told as materialized (
    select
        c.source, c.period, c.claim_id, c.article_id, c.text, c.text_start, c.text_end, c.kind, c.value_low,
        c.value_high, c.unit, c.about_text, c.countries, c.speaker_name, a.published_date, a.outlet,
        -- up to 400 characters on each side, cut where a sentence ends
        regexp_replace(
            substring(a.body, greatest(c.text_start - 399, 1), least(c.text_start, 400)),
            '(?s)^.*(?:[.!?][”"’'')]*\s+|\n)', ''
        ) as before,
        regexp_replace(substring(a.body, c.text_end + 1, 400), '(?s)(?:([.!?][”"’'')]*)(?:\s|$)|\n).*$', '\1')
            as after
    from claims c
    join articles a on a.source = c.source and a.article_id = c.article_id
    qualify row_number() over (partition by c.claim_id order by c.source, c.period) = 1
),
worded as materialized (
    select
        *,
        before || text || after as sentence,
        ' ' || trim(regexp_replace(lower(strip_accents(coalesce(about_text, ''))), '[^a-z0-9]+', ' ', 'g')) || ' '
            as about,
        ' ' || trim(regexp_replace(lower(strip_accents(before || text || after)), '[^a-z0-9]+', ' ', 'g')) || ' '
            as words,
        list_filter(
            list_transform(
                regexp_extract_all(before || ' ' || after, '\b((?:19|20)[0-9][0-9])\b', 1), lambda y: y::integer
            ),
            lambda y: y <= year(published_date)
        ) as years
    from told
),
lines as materialized (
    select
        *,
        list_transform(
            string_split(words, '|'), lambda w: ' ' || rtrim(w, '*') || if(ends_with(w, '*'), '', ' ')
        ) as about_words,
        list_transform(
            string_split("with", '|'), lambda w: ' ' || rtrim(w, '*') || if(ends_with(w, '*'), '', ' ')
        ) as with_words,
        string_split(country_behind, '|') as country_words,
        string_split(counterpart_behind, '|') as counterpart_words
    from claim_series
),
fitted as materialized (
    select w.claim_id, min(l.line) as line
    from worded w
    join lines l on l.kind = w.kind and (l.unit is null or l.unit = w.unit)
    where (l.words is null or len(list_filter(l.about_words, lambda x: contains(w.about, x))) > 0)
        and (l.with_words is null or len(list_filter(l.with_words, lambda x: contains(w.words, x))) > 0)
    group by w.claim_id
),
named as (
    select
        w.claim_id,
        m.country,
        m.kind,
        m.text_start as place,
        contains(
            w.about, ' ' || trim(regexp_replace(lower(strip_accents(m.text)), '[^a-z0-9]+', ' ', 'g')) || ' '
        ) as in_about,
        -- what stands before the name, without "the" and "ethnic"
        regexp_replace(
            ' ' || trim(regexp_replace(lower(substring(
                w.sentence,
                greatest(m.text_start - (w.text_start - length(w.before)) - 29, 1),
                least(m.text_start - (w.text_start - length(w.before)), 30)
            )), '[^a-z0-9]+', ' ', 'g')),
            ' (the|ethnic|neighbou?ring)$', ''
        ) as behind
    from worded w
    join mentions m on m.source = w.source and m.article_id = w.article_id
    where m.country is not null
        and m.text_start >= w.text_start - length(w.before)
        and m.text_end <= w.text_end + length(w.after)
    union all  -- those that no mention tells of
    select claim_id, unnest(countries), 'sentence', 1000000000, false, '' from worded
),
weighed as (
    select
        n.claim_id,
        n.country,
        min(n.place) as place,
        max(case
            when len(list_filter(l.country_words, lambda x: ends_with(n.behind, ' ' || x))) > 0 then 4
            when len(list_filter(l.counterpart_words, lambda x: ends_with(n.behind, ' ' || x))) > 0 then 0
            when n.in_about then 3
            when n.kind in ('person', 'sentence') then 1
            else 2
        end) as as_country,
        max(case
            when len(list_filter(l.counterpart_words, lambda x: ends_with(n.behind, ' ' || x))) > 0 then 4
            when n.kind in ('person', 'sentence') then 1
            else 2
        end) as as_counterpart
    from named n
    join fitted f on f.claim_id = n.claim_id
    join lines l on l.line = f.line
    group by n.claim_id, n.country
),
first_party as (
    select claim_id, country, as_country, count(*) over (partition by claim_id) as countries
    from weighed
    qualify row_number() over (partition by claim_id order by as_country desc, place, country) = 1
),
second_party as (
    select o.claim_id, o.country, o.as_counterpart, p.countries
    from weighed o
    join first_party p on p.claim_id = o.claim_id and p.country <> o.country
    qualify row_number() over (partition by o.claim_id order by o.as_counterpart desc, o.place, o.country) = 1
)
select
    w.claim_id,
    w.source,
    w.article_id,
    w.published_date,
    w.outlet,
    w.speaker_name,
    w.kind,
    w.text,
    w.text_start,
    w.value_low,
    w.value_high,
    w.unit,
    w.about_text,
    f.line,
    p.country,
    case
        when p.as_country = 4 then 'words' when p.as_country = 3 then 'about' when p.countries = 1 then 'only'
        when p.country is not null then 'first'
    end as country_basis,
    if(l.counterpart_behind is null, null, s.country) as counterpart,
    case
        when l.counterpart_behind is null or s.country is null then null
        when s.as_counterpart = 4 then 'words' when s.countries = 2 then 'only' else 'first'
    end as counterpart_basis,
    list_min(w.years) as first_year,
    -- "since 2014" goes on
    if(len(list_distinct(w.years)) = 1 and contains(w.words, ' since ' || w.years[1]), null, list_max(w.years))
        as last_year,
    w.sentence
from worded w
left join fitted f on f.claim_id = w.claim_id
left join claim_series l on l.line = f.line
left join first_party p on p.claim_id = w.claim_id
left join second_party s on s.claim_id = w.claim_id
