-- The bars of all pages: incidents by subject, month and quad class, since $since.
select s.subject, s.month, s.quad_class, count(distinct s.incident) as incidents
from subjects s
join chosen c on c.subject = s.subject
where s.month >= $since
group by all
order by all
