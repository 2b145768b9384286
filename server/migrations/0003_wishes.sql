-- What each tap wished, for the parents' history of answers: the digest alone does not say it. Older rows: unsaid.

alter table tap add column want varchar(6) not null default '' check (want in ('', 'booked', 'free'));
