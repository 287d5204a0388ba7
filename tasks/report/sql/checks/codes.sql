-- question: Which codes are unknown?
-- column table_name, id: the row
-- column column_name, code: the column and what stands in it
with codes as (
    unpivot (
        select source, 'events' as table_name, event_id as id, event_type, modality,
            actor_country, recipient_country, place_country, actor_sector, recipient_sector
        from events
    ) on event_type, modality, actor_country, recipient_country, place_country, actor_sector, recipient_sector
    into name column_name value code
    union all
    unpivot (
        select source, 'mentions' as table_name, mention_id as id, country, sector from mentions
    ) on country, sector into name column_name value code
    union all
    unpivot (
        select source, 'quotes' as table_name, quote_id as id, speaker_country, speaker_sector from quotes
    ) on speaker_country, speaker_sector into name column_name value code
    union all
    unpivot (
        select source, 'introductions' as table_name, introduction_id as id, country, sector from introductions
    ) on country, sector into name column_name value code
    union all
    select source, 'quotes', quote_id, 'countries', unnest(countries) from quotes
    union all
    select source, 'claims', claim_id, 'countries', unnest(countries) from claims
    union all
    select source, 'indicators', series, 'country', country from indicators
    union all
    select source, 'indicators', series, 'counterpart', counterpart from indicators where counterpart <> ''
    union all
    select source, 'relations', name, 'country', country from relations
    union all
    select source, 'relations', name, 'counterpart', counterpart from relations where counterpart <> ''
)
select source, table_name, id, column_name, code
from codes
where case
    when column_name = 'event_type' then code not in (select unnest($event_types))
    when column_name = 'modality' then code not in (select unnest($modalities))
    when table_name = 'indicators' and code = $no_country then false  -- a party that is no state; the note names it
    when column_name like '%sector' then not regexp_full_match(code, '[A-Z]{3}')
    else code not in (select unnest($countries))
end
