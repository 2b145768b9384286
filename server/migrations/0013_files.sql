-- The family's file: people as the guides describe them, addresses in parts, and versions so that nobody overwrites unseen.

alter table family add column home text not null default '';        -- JSON: the address in parts, families/rules/people.py
alter table family add column invoices_by_email boolean not null default false;
alter table family add column version int not null default 1;
alter table family add column checked_at timestamptz;                       -- « tout est à jour », once a year
alter table family add column checked_by int references account (id) on delete set null;

alter table guardian add column ref varchar(22) not null default '';
alter table guardian add column birth_name varchar(80) not null default '';
alter table guardian add column birth_date date;
alter table guardian add column birth_place varchar(80) not null default '';
alter table guardian add column birth_department varchar(60) not null default '';
alter table guardian add column birth_country varchar(60) not null default '';
alter table guardian add column home_phone varchar(30) not null default '';
alter table guardian add column work_phone varchar(30) not null default '';
alter table guardian add column profession varchar(80) not null default '';
alter table guardian add column employer varchar(80) not null default '';
alter table guardian add column reached_by varchar(12) not null default '';
alter table guardian add column home text not null default '';      -- JSON; empty: the household's
alter table guardian add column version int not null default 1;
update guardian set ref = substr(replace(cast(gen_random_uuid() as text), '-', ''), 1, 22);
create unique index guardian_ref on guardian (ref) where ref <> '';         -- whoever writes one calls index_families, which names it

alter table child add column sex varchar(1) not null default '';
alter table child add column version int not null default 1;
create index child_born on child (birth_date);

create table child_link (                                -- what an adult is to a child: « Mère (avec autorité parentale) »
  id serial primary key,
  guardian_id int not null references guardian (id) on delete cascade,
  child_id int not null references child (id) on delete cascade,
  quality varchar(20) not null,
  authority boolean not null default false,
  unique (guardian_id, child_id)
);
create index child_link_child on child_link (child_id);
