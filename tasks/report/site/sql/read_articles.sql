-- Articles in English that were published from $first to $last, and in as many days before (from $before), each counted
-- once: what the number of incidents depends on.
select
    count(distinct article_id) filter (where published_date >= $first) as articles,
    count(distinct article_id) filter (where published_date < $first) as articles_before
from articles
where language = 'en' and published_date between $before and $last
