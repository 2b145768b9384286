-- One message of the town to many families: prepared, then written to each of them by the worker.

create table mailing (
  id serial primary key,
  ref varchar(22) not null unique,
  state varchar(8) not null default 'draft' check (state in ('draft', 'sending', 'sent')),
  selection text not null default '{}',                  -- JSON: of messages/rules/selection.py
  department varchar(60) not null default '',
  subject varchar(120) not null default '',
  body text not null default '',
  version int not null default 1,
  made_by int references account (id) on delete set null,
  changed_at timestamptz not null,
  sent_by int references account (id) on delete set null,
  sent_at timestamptz,                                   -- when an agent said so
  done_at timestamptz                                    -- when the last family had it
);

create table mailing_family (                            -- whom it goes to, fixed when it is sent
  id serial primary key,
  mailing_id int not null references mailing (id) on delete cascade,
  family_id int not null references family (id) on delete cascade,
  thread_id int references thread (id) on delete set null,
  outcome varchar(8) not null default '' check (outcome in ('', 'message', 'mail', 'nobody')),  -- empty: still to write
  unique (mailing_id, family_id)
);
create index mailing_family_waiting on mailing_family (id) where outcome = '';
create index mailing_family_thread on mailing_family (thread_id);
create index mailing_family_family on mailing_family (family_id);
