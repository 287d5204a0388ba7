-- The events in the columns of POLECAT's weekly files. One row a row of `done` with a type of PLOVER.
-- "Event ID" begins with the article's, up to the underscore, as POLECAT's do. What is not known is null: the writer
-- writes the word None. We do not know: the ids of Wikipedia, districts, GeoNames' feature types.
with of_articles as (
    select
        source,
        article_id,
        string_agg(distinct name, '; ' order by name) filter (where kind = 'person') as people,
        string_agg(distinct name, '; ' order by name) filter (where kind in ('organisation', 'group')) as organisations,
        string_agg(distinct name, '; ' order by name) filter (where kind in ('country', 'place')) as locations
    from mentions
    where (source, article_id) in (select (source, article_id) from done)
    group by all
),
offices as (
    select source, article_id, text_start, any_value(role order by role) as role
    from mentions
    where kind = 'person' and role is not null
    group by all
)
select
    concat_ws('_', e.article_id, e.event_id) as "Event ID",
    strftime(e.event_date, '%Y-%m-%d') as "Event Date",
    e.event_type as "Event Type",
    e.event_mode as "Event Mode",
    e.intensity as "Intensity",
    case e.quad_class
        when 1 then 'VERBAL COOPERATION'
        when 2 then 'MATERIAL COOPERATION'
        when 3 then 'VERBAL CONFLICT'
        when 4 then 'MATERIAL CONFLICT'
    end as "Quad Code",
    nullif(array_to_string(e.contexts, '; '), '') as "Contexts",
    e.actor_name as "Actor Name",
    e.actor_country as "Actor Country",
    actors.cow as "Actor COW",
    e.actor_sector as "Primary Actor Sector",
    e.actor_sector as "Actor Sectors",
    actor_offices.role as "Actor Title",
    e.actor_text as "Actor Name Raw",
    null as "Wikipedia Actor ID",
    e.recipient_name as "Recipient Name",
    e.recipient_country as "Recipient Country",
    recipients.cow as "Recipient COW",
    e.recipient_sector as "Primary Recipient Sector",
    e.recipient_sector as "Recipient Sectors",
    recipient_offices.role as "Recipient Title",
    e.recipient_text as "Recipient Name Raw",
    null as "Wikipedia Recipient ID",
    e.place_name as "Placename",
    case when e.place_precision in ('city', 'point') then split_part(e.place_name, ', ', 1) end as "City",
    null as "District",
    e.admin1 as "Province",
    e.place_country as "Country",
    e.latitude as "Latitude",
    e.longitude as "Longitude",
    e.geonames_id as "GeoNames ID",
    e.place_text as "Raw Placename",
    null as "Feature Type",
    e.outlet as "Source",
    strftime(e.published_date, '%Y-%m-%d') as "Publication Date",
    t.people as "Story People",
    t.organisations as "Story Organizations",
    t.locations as "Story Locations",
    a.language as "Language",
    e.coder_version as "Version"
from done e
left join articles a on a.source = e.source and a.article_id = e.article_id
left join of_articles t on t.source = e.source and t.article_id = e.article_id
left join offices actor_offices
    on actor_offices.source = e.source
    and actor_offices.article_id = e.article_id
    and actor_offices.text_start = e.actor_start
left join offices recipient_offices
    on recipient_offices.source = e.source
    and recipient_offices.article_id = e.article_id
    and recipient_offices.text_start = e.recipient_start
left join countries actors on actors.country = e.actor_country
left join countries recipients on recipients.country = e.recipient_country
where e.event_type is not null
order by e.event_date, "Event ID"
