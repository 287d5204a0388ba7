-- The events in the columns of ICEWS's files. One row a row of `done` with a CAMEO code.
-- Ids are numbers there: 52 bits of the MD5 of our own, so that also programs that hold every number as a double keep them.
-- What is not known is null: the writer leaves the cell empty. We do not know: districts, the number of the sentence.
select
    event_number(e.dataset, e.event_id) as "Event ID",
    strftime(e.event_date, '%Y-%m-%d') as "Event Date",
    e.actor_name as "Source Name",
    actor_sectors.icews as "Source Sectors",
    actors.icews as "Source Country",
    cameo.text as "Event Text",
    e.cameo as "CAMEO Code",
    if(e.dataset = 'gdelt', e.intensity, cameo.goldstein) as "Intensity",
    e.recipient_name as "Target Name",
    recipient_sectors.icews as "Target Sectors",
    recipients.icews as "Target Country",
    event_number('story', coalesce(s.story_id, e.article_id)) as "Story ID",
    null as "Sentence Number",
    e.outlet as "Publisher",
    case when e.place_precision in ('city', 'point') then split_part(e.place_name, ', ', 1) end as "City",
    null as "District",
    e.admin1 as "Province",
    places.icews as "Country",
    e.latitude as "Latitude",
    e.longitude as "Longitude"
from (select *, if(length(cameo_code) = 2, cameo_code || '0', cameo_code) as cameo from done) e
left join stories s on s.source = e.source and s.article_id = e.article_id
left join cameo on cameo.code = e.cameo
left join sectors actor_sectors on actor_sectors.sector = e.actor_sector
left join sectors recipient_sectors on recipient_sectors.sector = e.recipient_sector
left join countries actors on actors.country = e.actor_country
left join countries recipients on recipients.country = e.recipient_country
left join countries places on places.country = e.place_country
where e.cameo_code is not null
order by e.event_date, "Event ID"
