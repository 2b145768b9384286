-- Messages between families and departments, and what the town tells everybody: news, practical pages, menus.

create table thread (                                    -- an exchange between one household and one department
  id serial primary key,
  ref varchar(22) not null unique,
  family_id int references family (id) on delete cascade,   -- its adults read it; null: an account without a file yet
  account_id int references account (id) on delete set null,  -- who opened it, or the one the town wrote to
  department varchar(60) not null,
  subject varchar(120) not null,
  opened_at timestamptz not null,
  last_at timestamptz not null,
  last_by varchar(8) not null check (last_by in ('family', 'town')),
  closed_at timestamptz                                  -- the town holds it settled; an answer opens it again
);
create index thread_family on thread (family_id, last_at);
create index thread_account on thread (account_id, last_at);
create index thread_waiting on thread (last_at) where last_by = 'family' and closed_at is null;

create table thread_message (
  id serial primary key,
  ref varchar(36) not null unique,                       -- drawn with the form, so that sent twice it is there once
  thread_id int not null references thread (id) on delete cascade,
  author_id int references account (id) on delete set null,
  author varchar(170) not null,                          -- the name shown, as it was then
  side varchar(8) not null check (side in ('family', 'town')),
  body text not null,
  sent_at timestamptz not null
);
create index thread_message_thread on thread_message (thread_id, id);

create table thread_reading (                            -- up to where each adult has read
  id serial primary key,
  thread_id int not null references thread (id) on delete cascade,
  account_id int not null references account (id) on delete cascade,
  read_at timestamptz not null,
  unique (thread_id, account_id)
);

create table news (
  id serial primary key,
  ref varchar(22) not null unique,
  title varchar(140) not null,
  body text not null,
  first_day date not null,
  last_day date,                                         -- null: stays until it is taken back
  pinned boolean not null default false,
  tell boolean not null default false,                   -- families are to be told, once, when it becomes visible
  told_at timestamptz,
  version int not null default 1,
  changed_by int references account (id) on delete set null,
  changed_at timestamptz not null,
  check (last_day is null or first_day <= last_day)
);
create index news_days on news (first_day);

create table info_page (                                 -- infos pratiques
  id serial primary key,
  ref varchar(22) not null unique,
  title varchar(140) not null,
  body text not null,
  position int not null default 0,
  shown boolean not null default true,
  version int not null default 1,
  changed_by int references account (id) on delete set null,
  changed_at timestamptz not null
);

create table menu (                                      -- what is eaten at the canteen, one row a day
  id serial primary key,
  day date not null unique,
  dishes text not null,                                  -- JSON, messages/rules/menus.py
  note varchar(300) not null default '',
  version int not null default 1,
  changed_by int references account (id) on delete set null,
  changed_at timestamptz not null
);
