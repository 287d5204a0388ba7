-- question: Whom does the archive introduce, as what, and how often?
-- param least (integer): stories that must tell it (near-copies of a story count once)
-- column name, country, sector, role: the person; country is empty where the sector stands in its place. Of several
--   sectors and roles those that most stories give, of equals the later ones
-- column stories, articles, outlets: how many tell it
-- column first_date: the first day on which one of them was published (UTC); null where none has a date
-- column article_id: one of them, the first
-- column codes: every country (or sector in place of one) that the archive gives the name; more than one is a
--   contradiction
with told as (
    select distinct i.name, coalesce(i.country, '') as country, coalesce(i.sector, '') as sector, i.role,
        coalesce(i.country, i.sector) as code, i.article_id, coalesce(s.story_id, i.article_id) as story_id, a.outlet,
        a.published_date
    from introductions i
    join articles a using (source, article_id)
    left join stories s using (source, article_id)
),
sector_counts as (
    select name, code, sector, count(distinct story_id) as stories, max(published_date) as latest
    from told
    group by name, code, sector
),
sectors as (
    select name, code, sector
    from sector_counts
    qualify row_number() over (partition by name, code order by stories desc, latest desc nulls last, sector) = 1
),
role_counts as (
    select name, code, mode(role order by role) as role, count(distinct story_id) as stories,
        max(published_date) as latest
    from told
    join sectors using (name, code, sector)
    group by name, code, lower(role)
),
roles as (
    select name, code, role
    from role_counts
    qualify row_number() over (partition by name, code order by stories desc, latest desc nulls last, role) = 1
),
people as (
    select name, code, min(country) as country, count(distinct story_id) as stories,
        count(distinct article_id) as articles, count(distinct outlet) as outlets, min(published_date) as first_date,
        first(article_id order by published_date nulls last, article_id) as article_id
    from told
    group by name, code
),
names as (
    select name, list(distinct code order by code) as codes, max(stories) as most
    from people
    group by name
)
select p.name, p.country, s.sector, r.role, p.stories, p.articles, p.outlets, p.first_date, p.article_id, n.codes
from people p
join names n using (name)
join sectors s using (name, code)
join roles r using (name, code)
where n.most >= $least
order by p.name, p.country, s.sector
