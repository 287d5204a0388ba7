-- The countries and pairs that have a page, those with most incidents first.
select * from chosen order by incidents desc, subject
