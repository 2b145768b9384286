-- Documents: what families send, what the town puts for one family or for all, and what an agent asks of a family.

create table document (
  id serial primary key,
  ref varchar(22) not null unique,
  shelf varchar(6) not null check (shelf in ('town', 'family', 'sent')),   -- for all, for one family, sent by a family
  family_id int references family (id) on delete cascade,
  child_id int references child (id) on delete set null,                   -- whom it is about, when it is about one
  kind varchar(24) not null default 'other',                               -- of server/documents/rules/kinds.py
  title varchar(120) not null default '',
  state varchar(8) not null default 'received' check (state in ('received', 'clean', 'refused')),
  decision varchar(8) not null default '' check (decision in ('', 'accepted', 'refused')),
  reason varchar(300) not null default '',
  valid_until date,                                       -- the last day it counts; empty: for good
  shown_from date,                                        -- for all: first and last day families see it
  shown_until date,
  sent_by int references account (id) on delete set null,
  sent_key varchar(64),                                   -- of the form and its content: a lost answer makes no second one
  decided_by int references account (id) on delete set null,
  decided_at timestamptz,
  created_at timestamptz not null,
  next_check_at timestamptz not null,                     -- while received: when the antivirus is asked again
  reminded int not null default 0,                        -- 1: told that it ends soon, 2: told that it is over
  version int not null default 1,
  request_id int references request (id) on delete set null,               -- the request it goes with
  check (shelf <> 'town' or family_id is null),
  check (shelf <> 'family' or family_id is not null)
);
create unique index document_sent on document (sent_by, sent_key);
create index document_family on document (family_id, kind);
create index document_waiting on document (created_at) where shelf = 'sent' and state = 'clean' and decision = '';
create index document_received on document (next_check_at) where state = 'received';
create index document_town on document (shown_from) where shelf = 'town';
create index document_ends on document (valid_until) where decision = 'accepted';

create table document_file (                              -- the pages of a document; the bytes are in the safe
  id serial primary key,
  document_id int not null references document (id) on delete cascade,
  position int not null,
  name varchar(32) not null unique,
  media varchar(20) not null,
  size int not null,
  pages int not null default 1,
  digest varchar(64) not null,
  unique (document_id, position)
);

create table document_ask (                               -- an agent asks a family for one more document
  id serial primary key,
  ref varchar(22) not null unique,
  family_id int not null references family (id) on delete cascade,
  child_id int references child (id) on delete cascade,
  kind varchar(24) not null,
  note varchar(300) not null default '',
  asked_by int references account (id) on delete set null,
  asked_at timestamptz not null,
  request_id int references request (id) on delete cascade,                -- the request it is missing from
  document_id int references document (id) on delete set null              -- what answered it; empty: still to send
);
create index document_ask_open on document_ask (family_id) where document_id is null;
create index document_ask_answer on document_ask (document_id);
