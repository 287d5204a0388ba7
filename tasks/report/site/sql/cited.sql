-- The events that lines of evidence in reports stand for: those lines are written day, type, outlet and sentence.
-- $days and $types: of the lines; $lines: the lines. Columns: line, event_id, source.
select
    concat_ws(
        ' ', e.event_date, e.event_type, coalesce(e.outlet, e.source) || ':',
        coalesce(substring(a.body, e.evidence_start + 1, e.evidence_end - e.evidence_start), e.source_url, e.event_id)
    ) as line,
    e.event_id,
    e.source
from events e
left join articles a on a.source = e.source and a.period = e.period and a.article_id = e.article_id
where e.dataset = $dataset
    and e.event_date in (select unnest($days))
    and e.event_type in (select unnest($types))
    and line in (select unnest($lines))
qualify row_number() over (partition by line order by e.confidence desc nulls last, e.event_id, e.source) = 1
