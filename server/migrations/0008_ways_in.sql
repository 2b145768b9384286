-- The ways in: drafts of wizards, registrations that wait for their link, what an account's owner said of themselves.

create table registration_draft (                        -- a wizard begun on a browser that is not signed in
  id serial primary key,
  token_hash varchar(64) not null,                       -- sha256 of the cookie
  way varchar(12) not null,                              -- the slug of the wizard
  answers text not null default '{}',                    -- JSON, by field; never a password
  password_hash text not null default '',
  subject varchar(22) not null default '',               -- the registration it finishes (G1)
  created_at timestamptz not null,
  touched_at timestamptz not null,
  sent_at timestamptz,                                   -- then only the address is left of the answers
  unique (token_hash, way)
);
create index registration_draft_age on registration_draft (touched_at);

create table registration (                              -- an account that does not exist yet
  id serial primary key,
  ref varchar(22) not null unique,
  way varchar(12) not null check (way in ('known_file', 'open', 'ask', 'by_town')),
  state varchar(10) not null check (state in ('asked', 'refused', 'sent')),
  email varchar(254) not null,                           -- not unique: the first whose link is used has it
  number varchar(20) unique,                             -- what the town gave to sign in with (G4)
  password_hash text not null default '',
  answers text not null default '{}',                    -- JSON, by field of the wizard
  guardian_id int,                                       -- the adult of a file it was opened for
  decided_by int references account (id) on delete set null,
  decided_at timestamptz,
  reason varchar(500) not null default '',
  created_at timestamptz not null
);
create index registration_email on registration (email);
create index registration_state on registration (state, created_at);

create table account_identity (                          -- what one said when registering, for one's own declaration
  id serial primary key,
  account_id int not null unique references account (id) on delete cascade,
  answers text not null default '{}'                     -- JSON, by field of the wizard
);

-- families ------------------------------------------------------------------------------------------------------------

create table file_link (                                 -- how an account came to a file, and what became of it
  id serial primary key,
  ref varchar(22) not null unique,
  family_id int not null references family (id) on delete cascade,
  guardian_id int references guardian (id) on delete set null,
  account_id int references account (id) on delete set null,
  way varchar(12) not null check (way in ('references', 'key', 'town', 'invitation')),
  created_at timestamptz not null,
  contested_at timestamptz,
  contested_by int references account (id) on delete set null,
  contest varchar(500) not null default '',
  settled_at timestamptz,
  settled_by int references account (id) on delete set null,
  outcome varchar(8) not null default '' check (outcome in ('', 'kept', 'removed'))
);
create index file_link_family on file_link (family_id);
create index file_link_contested on file_link (contested_at) where settled_at is null;
