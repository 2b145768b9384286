-- Requests of families (démarches): numbered, with a dated history, an exchange with the service, and their drafts.

create table request (
  id serial primary key,
  ref varchar(22) not null unique,
  number int not null unique,                            -- « Demande n° 73 »
  kind varchar(30) not null,                             -- families/rules/requests.py
  title varchar(160) not null,
  family_id int references family (id) on delete cascade,    -- null: no family yet, the account's own
  account_id int references account (id) on delete set null, -- who filed it
  child_id int references child (id) on delete set null,
  status varchar(12) not null default 'filed' check (status in
    ('filed', 'in_progress', 'to_complete', 'waiting_list', 'accepted', 'refused', 'cancelled')),
  content text not null,                                 -- JSON: lines with old and new values, reason, data of the room
  receipt text not null,                                 -- JSON: the acknowledgement as it was given
  sought varchar(300) not null default '',               -- folded names and numbers, for the agents' search
  version int not null default 1,
  filed_at timestamptz not null,
  changed_at timestamptz not null
);
create index request_family on request (family_id, filed_at);
create index request_account on request (account_id, filed_at);
create index request_status on request (status, filed_at);

create table request_event (                             -- every step, dated, with its words
  id serial primary key,
  request_id int not null references request (id) on delete cascade,
  at timestamptz not null,
  actor_id int references account (id) on delete set null,
  by_agent boolean not null default false,
  status varchar(12) not null,
  words varchar(1000) not null default ''
);
create index request_event_request on request_event (request_id, id);

create table request_message (                           -- the exchange about one request, both sides
  id serial primary key,
  request_id int not null references request (id) on delete cascade,
  at timestamptz not null,
  actor_id int references account (id) on delete set null,
  by_agent boolean not null default false,
  body varchar(1000) not null,
  read_at timestamptz                                    -- by the other side
);
create index request_message_request on request_message (request_id, id);

create table request_draft (                             -- what is being prepared: survives a closed tab, a lost phone
  id serial primary key,
  account_id int not null references account (id) on delete cascade,
  kind varchar(30) not null,
  content text not null,
  version int not null default 1,                        -- two browsers: the later one is told
  updated_at timestamptz not null,
  unique (account_id, kind)
);
