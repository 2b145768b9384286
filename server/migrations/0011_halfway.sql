-- Texts people accept, sessions that are not finished, and the second factor of agents.

alter table sign_in add column stage varchar(8) not null default ''
  check (stage in ('', 'texts', 'code', 'enrol'));       -- what is still to be done before this session opens anything

create table legal_text (                                -- the words somebody accepted, kept as they were
  id serial primary key,
  kind varchar(8) not null check (kind in ('terms', 'privacy')),
  version varchar(20) not null,
  digest varchar(64) not null,
  body text not null,
  first_at timestamptz not null,
  unique (kind, digest)
);

create table consent (
  id serial primary key,
  account_id int not null references account (id) on delete cascade,
  kind varchar(8) not null check (kind in ('terms', 'privacy')),
  version varchar(20) not null,
  digest varchar(64) not null,
  how varchar(8) not null check (how in ('accepted', 'told')), -- told: information only, where the law is the reason
  at timestamptz not null,
  unique (account_id, kind, version)
);

create table second_factor (                             -- an agent's one-time codes (RFC 6238)
  id serial primary key,
  account_id int not null unique references account (id) on delete cascade,
  nonce varchar(32) not null,                            -- the key is made from it and the portal's secret
  last_step bigint not null default 0,                   -- of a code that was taken: it is never taken again
  created_at timestamptz not null,
  confirmed_at timestamptz                               -- until then it asks nothing of anybody
);

create table recovery_code (
  id serial primary key,
  account_id int not null references account (id) on delete cascade,
  digest varchar(64) not null unique,                    -- keyed with the portal's secret
  used_at timestamptz
);
create index recovery_code_account on recovery_code (account_id);
