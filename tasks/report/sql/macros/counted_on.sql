-- counted_on(...): the day on which an event counts in the reports by month.
-- Of news (`coded`, `gdelt`) it is the day of publication, so that events can be set against the articles read; null
-- for history, which is what had ended more than 31 days before it was told, or is dated by a year alone. Of `ucdp_ged`
-- and `acled` it is the day on which the event happened: they are published much later.
create macro counted_on(dataset, event_date, event_end_date, date_precision, published_date) as case
    when dataset in ('ucdp_ged', 'acled') then event_date
    when date_precision is distinct from 'year' and coalesce(event_end_date, event_date) >= published_date - 31
        then published_date
end
