-- question: From whom does a country get its arms, how much hangs on one supplier, and how does that change?
-- param country: country, default focus: who receives
-- param supplier: country, optional: one supplier
-- param since: date, optional: a day of the first year
-- param until: date, optional: a day of the last year
-- param window: whole number, default 10: years of the longer view, up to and with the year of the row
-- param series: text, default arms_transfers.tiv: series of the indicators; arms_transfers.tiv_estimated for the old layout
-- column year: year of delivery
-- column supplier: who delivered (ISO 3166-1 alpha-3; XXX for who is no state or not known)
-- column value: delivered in the year (as unit says)
-- column share: of all that the country received in the year; empty where that is nothing (percent)
-- column concentration: Herfindahl index of the suppliers' shares in the year: 0 for very many alike, 1 for one alone (0 to 1)
-- column change: value minus that of the year before; empty in the first year of the data set (as unit says)
-- column window_years: the years of the longer view, cut at the first year of the data set
-- column window_value: delivered in these years (as unit says)
-- column window_share: of all that the country received in them (percent)
-- column window_concentration: Herfindahl index in them (0 to 1)
-- column window_change: window_value minus that of as many years before; empty where there are no such years (as unit says)
-- column unit: unit of the values; million TIV is military worth by SIPRI's reckoning, not a price
-- column dataset: the data set, and its version where it states one
--
-- A row stands for each year and supplier that delivered anything within the longer view. The years are all those
-- that the data set has of any country, so that a year without deliveries is a nought and not a gap.
with reach as (
    select dataset, min(year(start_date)) as first_year, max(year(start_date)) as last_year
    from indicators
    where series = $series
    group by dataset
),
delivered as materialized (
    select
        dataset, counterpart as supplier, year(start_date) as year, sum(value) as value, any_value(unit) as unit,
        max(dataset_version) as version
    from indicators
    where series = $series and country = $country and value is not null
    group by dataset, counterpart, year(start_date)
),
grid as (
    select r.dataset, r.first_year, s.supplier, s.unit, s.version, unnest(range(r.first_year, r.last_year + 1)) as year
    from reach r
    join (
        select dataset, supplier, any_value(unit) as unit, max(version) as version
        from delivered
        group by dataset, supplier
    ) s on s.dataset = r.dataset
),
by_year as (
    select
        g.*,
        coalesce(d.value, 0) as value,
        sum(coalesce(d.value, 0)) over longer as window_value
    from grid g
    left join delivered d on d.dataset = g.dataset and d.supplier = g.supplier and d.year = g.year
    window
        longer as (
            partition by g.dataset, g.supplier order by g.year range between $window - 1 preceding and current row
        )
),
shared as (
    select
        *,
        value / nullif(sum(value) over of_year, 0) as share,
        window_value / nullif(sum(window_value) over of_year, 0) as window_share,
        value - lag(value) over of_supplier as change,
        window_value - lag(window_value, $window) over of_supplier as window_change
    from by_year
    window of_year as (partition by dataset, year), of_supplier as (partition by dataset, supplier order by year)
),
measured as (
    select
        *,
        sum(share * share) over of_year as concentration,
        sum(window_share * window_share) over of_year as window_concentration
    from shared
    window of_year as (partition by dataset, year)
)
select
    year,
    supplier,
    round(value, 3) as value,
    round(100 * share, 2) as share,
    round(concentration, 3) as concentration,
    round(change, 3) as change,
    greatest(year - $window + 1, first_year) || '–' || year as window_years,
    round(window_value, 3) as window_value,
    round(100 * window_share, 2) as window_share,
    round(window_concentration, 3) as window_concentration,
    if(year - 2 * $window + 1 >= first_year, round(window_change, 3), null) as window_change,
    unit,
    dataset || coalesce(' ' || version, '') as dataset
from measured
where window_value > 0
    and ($supplier is null or supplier = $supplier)
    and ($since is null or year >= year($since::date))
    and ($until is null or year <= year($until::date))
order by year desc, window_value desc, supplier, dataset
