-- The agents' desk: names folded for finding and sorting (server/web/folding.py), and who did what by actor.

alter table child add column sort_name varchar(170) not null default '';   -- folded, last name first: « dupont lina »
alter table family add column sort_name varchar(130) not null default '';

create table family_word (                               -- every folded word a family may be looked for by
  id serial primary key,
  family_id int not null references family (id) on delete cascade,
  word varchar(254) collate "C" not null,                -- "C": the order of bytes on both engines, so a prefix is a range
  weight int not null,                                   -- 0 number, 1 last name, 2 first name, 3 telephone or e-mail
  unique (word, family_id)
);
create index family_word_family on family_word (family_id);

create index audit_actor on audit (actor_id, id);
create index audit_action on audit (action, id);
create index audit_session on audit (session_id, id);
