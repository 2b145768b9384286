-- Health: one sealed record a child, consents and their history, and who read what.
-- The four texts of health_record are sealed (server/adapters/vault.py): the database alone tells nothing of them.

create table health_record (
  id serial primary key,
  child_id int not null unique references child (id) on delete cascade,
  sheet text not null default '',                        -- fiche sanitaire
  vaccines text not null default '',
  plans text not null default '',                        -- PAI asked for, established, ended
  admission text not null default ''                     -- an agent admits the child although the file is incomplete
);

create table permission (                                -- append only: the last line of a kind holds
  id serial primary key,
  child_id int not null references child (id) on delete cascade,
  kind varchar(30) not null,
  granted boolean not null,
  given_by int references account (id) on delete set null,
  given_name varchar(170) not null,                      -- who it was then
  at timestamptz not null
);
create index permission_child on permission (child_id, kind, id);

create table health_read (                               -- append only: every reading, shown to the parents
  id serial primary key,
  child_id int not null references child (id) on delete cascade,
  account_id int references account (id) on delete set null,
  reader varchar(170) not null,                          -- who it was then
  agent boolean not null,
  screen varchar(20) not null,
  at timestamptz not null
);
create index health_read_child on health_read (child_id, id);
create index health_read_account on health_read (account_id, at);

create table pickup_person (                             -- who may collect the child or be called; a household's own list
  id serial primary key,
  family_id int not null references family (id) on delete cascade,
  child_id int not null references child (id) on delete cascade,
  position int not null check (position between 1 and 10),
  name varchar(120) not null,
  link varchar(60) not null default '',
  phone varchar(30) not null default '',
  emergency boolean not null default false,
  unique (family_id, child_id, position)
);
create index pickup_person_child on pickup_person (child_id);
