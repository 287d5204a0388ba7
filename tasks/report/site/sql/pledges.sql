-- New pledges, refusals and failures of help between two countries, as the report `ally_ledger` counts them, the newest
-- first, one an incident, $each at most of each kind. Columns: entry, event_id, source.
with entries as (
    select
        *,
        case
            when modality = 'actual' and event_type = 'AGREE' then 'pledge'
            when modality = 'intended' and event_type in ('AID', 'SUPPORT', 'COOPERATE', 'MOBILIZE') then 'pledge'
            when modality = 'actual' and event_type = 'REJECT' then 'refusal'
            when modality in ('actual', 'intended') and event_type = 'SANCTION' then 'refusal'
            when modality = 'negated' and event_type in ('AID', 'SUPPORT', 'COOPERATE', 'MOBILIZE') then 'failure'
        end as entry
    from told
    where day between $first and $last
        and actor_country <> recipient_country
        and (event_type <> 'REJECT' or event_mode is null or event_mode = 'assist')
        and (event_type <> 'SANCTION' or event_mode = 'discontinue')
    qualify entry is not null
        and row_number() over (partition by incident order by confidence desc, event_id, source) = 1
)
select entry, event_id, source
from entries
qualify row_number() over (partition by entry order by confidence >= 0.5 desc, day desc, event_id, source) <= $each
order by entry, confidence >= 0.5 desc, day desc, event_id, source
