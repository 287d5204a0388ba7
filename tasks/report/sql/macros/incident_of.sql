-- incident_of(...): a number that the events of one incident share: a digest of what makes a row of the view
-- `incidents`. A report that picks a few countries out of millions of events filters `events` first and groups by this
-- number then: the view cannot be filtered first where the countries are looked up, and one number is cheaper to group
-- by than eleven columns.
create macro incident_of(
    dataset, event_date, event_type, quad_class, modality, actor_country, actor_sector, actor_name, recipient_country,
    recipient_sector, recipient_name, place_country, place_name
) as hash(
    dataset,
    event_date,
    event_type,
    quad_class,
    modality,
    case
        when actor_country is null and list_contains(['IGO', 'NGO', 'IMG', 'ISM', 'MNC'], actor_sector) then actor_name
    end,
    case
        when recipient_country is null and list_contains(['IGO', 'NGO', 'IMG', 'ISM', 'MNC'], recipient_sector)
            then recipient_name
    end,
    actor_country,
    recipient_country,
    place_country,
    place_name
)
