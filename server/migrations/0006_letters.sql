-- Links in mails, and letters: mails to addresses that are not, or not yet, an account's own.

create table link (
  id serial primary key,
  ref varchar(12) not null unique,                       -- the public half of the token; the other is made from the portal's secret
  purpose varchar(12) not null check (purpose in ('activation', 'reset', 'address', 'invitation')),
  subject varchar(80) not null,                          -- whose: a newer link of this purpose revokes the older ones
  account_id int references account (id) on delete cascade,
  payload text not null default '{}',
  hours int not null check (hours > 0),                  -- its lifetime, counted from the instant its letter leaves
  created_at timestamptz not null,
  expires_at timestamptz not null,
  spent_at timestamptz,
  revoked_at timestamptz
);
create index link_subject on link (purpose, subject);
create index link_account on link (account_id);
create index link_end on link (expires_at);

create table letter (
  id serial primary key,
  address varchar(254) not null,
  kind varchar(40) not null,
  payload text not null,                                 -- JSON; what is in it is in the mail too, but never the token
  link_id int references link (id) on delete cascade,
  account_id int references account (id) on delete cascade,
  status varchar(10) not null default 'waiting' check (status in ('waiting', 'sent', 'failed', 'skipped')),
  tries int not null default 0,
  due_at timestamptz not null,
  claimed_until timestamptz,
  claimed_by varchar(40),
  outcome varchar(300) not null default '',
  created_at timestamptz not null,
  done_at timestamptz,
  resting boolean not null default false                 -- the mail server is down
);
create index letter_waiting on letter (due_at) where status = 'waiting';
create index letter_address on letter (address, id) where status = 'waiting';
create index letter_link on letter (link_id);
create index letter_account on letter (account_id);
