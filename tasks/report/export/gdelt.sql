-- The events in the 61 columns of GDELT 2.0. One row is an event, however many articles tell it: rows of `done` with one
-- day, CAMEO code, pair of parties and place are one. Its number is made from the id of the event that was told first, and
-- NumMentions, NumSources and NumArticles say how many triggers, outlets and articles tell it. A row that GDELT itself
-- told keeps its number, and has no such counts.
-- QuadClass follows from the root of the code, and FractionDate from the month before, as in GDELT's files: there an
-- investigation (09) is material cooperation and a protest (14) verbal conflict.
-- What is not known is null: the writer leaves the cell empty. We do not know: the tone; ethnic and religious codes; where
-- the parties are; FIPS codes below the country, and the ids of the GNS and GNIS gazetteers.
with coded as (
    select
        e.*,
        if(length(e.cameo_code) = 2, e.cameo_code || '0', e.cameo_code) as cameo,
        coalesce(e.actor_country, e.actor_name) as actor,
        coalesce(e.recipient_country, e.recipient_name) as recipient,
        if(e.dataset = 'coded', null, e.event_id) as own_id,
        a.published_at,
        if(a.lead_end is null, null, (a.lead_end = 0 or e.trigger_start < a.lead_end)::int) as in_lead
    from done e
    left join (  -- the first paragraph ends before the first empty line; 0 where there is one alone
        select source, article_id, published_at, position(chr(10) || chr(10) in body) as lead_end from articles
    ) a on a.source = e.source and a.article_id = e.article_id
    where e.cameo_code is not null
),
told as (
    select
        dataset,
        arg_min(event_id, (coalesce(published_date, date '9999-12-31'), event_id)) as event_id,
        -- not count(distinct ...), which takes three times as long over a million groups of one
        list_unique(list(coalesce(trigger_id, event_id))) as mentions,
        list_unique(list(coalesce(outlet, source))) as outlets,
        list_unique(list(article_id)) as articles,
        max(in_lead) as in_lead
    from coded
    group by
        dataset, event_date, cameo, actor, actor_sector, recipient, recipient_sector, place_name, place_country, own_id
),
parties as (
    select
        e.*,
        t.mentions,
        t.outlets,
        t.articles,
        t.in_lead as root_event,
        actors.cameo as country1,
        actor_sectors.role as role1,
        actor_sectors.type as type1,
        actor_groups.code as group1,
        recipients.cameo as country2,
        recipient_sectors.role as role2,
        recipient_sectors.type as type2,
        recipient_groups.code as group2,
        places.name as place_state,
        places.fips as fips,
        case
            when e.place_precision = 'country' then 1
            when e.place_precision = 'admin1' then if(e.place_country = 'USA', 2, 5)
            when e.place_precision in ('city', 'point') then if(e.place_country = 'USA', 3, 4)
            else 0
        end as geo
    from coded e
    join told t on t.dataset = e.dataset and t.event_id = e.event_id
    left join countries actors on actors.country = e.actor_country
    left join countries recipients on recipients.country = e.recipient_country
    left join countries places on places.country = e.place_country
    left join sectors actor_sectors on actor_sectors.sector = e.actor_sector
    left join sectors recipient_sectors on recipient_sectors.sector = e.recipient_sector
    left join known_groups actor_groups on actor_groups.name = e.actor_name
    left join known_groups recipient_groups on recipient_groups.name = e.recipient_name
)
select
    if(dataset = 'gdelt', event_id, event_number(dataset, event_id)::varchar) as "GLOBALEVENTID",
    strftime(event_date, '%Y%m%d') as "SQLDATE",
    strftime(event_date, '%Y%m') as "MonthYear",
    year(event_date) as "Year",
    printf('%.4f', year(event_date) + ((month(event_date) - 1) * 30 + day(event_date)) / 365) as "FractionDate",
    nullif(concat(country1, role1, group1), '') as "Actor1Code",
    upper(actor_name) as "Actor1Name",
    country1 as "Actor1CountryCode",
    group1 as "Actor1KnownGroupCode",
    null as "Actor1EthnicCode",
    null as "Actor1Religion1Code",
    null as "Actor1Religion2Code",
    type1 as "Actor1Type1Code",
    null as "Actor1Type2Code",
    null as "Actor1Type3Code",
    nullif(concat(country2, role2, group2), '') as "Actor2Code",
    upper(recipient_name) as "Actor2Name",
    country2 as "Actor2CountryCode",
    group2 as "Actor2KnownGroupCode",
    null as "Actor2EthnicCode",
    null as "Actor2Religion1Code",
    null as "Actor2Religion2Code",
    type2 as "Actor2Type1Code",
    null as "Actor2Type2Code",
    null as "Actor2Type3Code",
    root_event as "IsRootEvent",
    p.cameo as "EventCode",
    left(p.cameo, 3) as "EventBaseCode",
    left(p.cameo, 2) as "EventRootCode",
    case
        when left(p.cameo, 2) <= '05' then 1
        when left(p.cameo, 2) <= '09' then 2
        when left(p.cameo, 2) <= '14' then 3
        else 4
    end as "QuadClass",
    if(dataset = 'gdelt', intensity, cameo.goldstein) as "GoldsteinScale",
    if(dataset = 'coded', mentions, null) as "NumMentions",
    if(dataset = 'coded', outlets, null) as "NumSources",
    if(dataset = 'coded', articles, null) as "NumArticles",
    null as "AvgTone",
    0 as "Actor1Geo_Type",
    null as "Actor1Geo_FullName",
    null as "Actor1Geo_CountryCode",
    null as "Actor1Geo_ADM1Code",
    null as "Actor1Geo_ADM2Code",
    null as "Actor1Geo_Lat",
    null as "Actor1Geo_Long",
    null as "Actor1Geo_FeatureID",
    0 as "Actor2Geo_Type",
    null as "Actor2Geo_FullName",
    null as "Actor2Geo_CountryCode",
    null as "Actor2Geo_ADM1Code",
    null as "Actor2Geo_ADM2Code",
    null as "Actor2Geo_Lat",
    null as "Actor2Geo_Long",
    null as "Actor2Geo_FeatureID",
    geo as "ActionGeo_Type",
    case
        when geo = 0 then null
        when dataset = 'gdelt' then place_name  -- the full name already
        when geo = 1 then coalesce(place_state, place_name)
        else concat_ws(', ', place_name, if(admin1 = place_name, null, admin1), place_state)
    end as "ActionGeo_FullName",
    if(geo = 0, null, fips) as "ActionGeo_CountryCode",
    if(geo = 1, fips, null) as "ActionGeo_ADM1Code",
    null as "ActionGeo_ADM2Code",
    if(geo = 0, null, latitude) as "ActionGeo_Lat",
    if(geo = 0, null, longitude) as "ActionGeo_Long",
    if(geo = 1, fips, null) as "ActionGeo_FeatureID",
    coalesce(strftime(published_at, '%Y%m%d%H%M%S'), strftime(published_date, '%Y%m%d') || '000000') as "DATEADDED",
    coalesce(source_url, outlet) as "SOURCEURL"
from parties p
left join cameo on cameo.code = p.cameo
order by event_date, "GLOBALEVENTID"
