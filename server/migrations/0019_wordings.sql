-- What a consent was given to, in the very words of the question: a town may word it anew.

alter table permission add column wording varchar(200) not null default '';
