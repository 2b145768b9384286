-- The house as step 1 builds it. Same text for SQLite and PostgreSQL: "serial primary key" is the only word translated.
-- Instants are timestamptz (UTC), days are dates in the town's zone, money is integer cents, JSON is text.

-- accounts ------------------------------------------------------------------------------------------------------------

create table account (
  id serial primary key,
  ref varchar(22) not null unique,                       -- opaque; the only name of an account outside the server
  kind varchar(8) not null check (kind in ('parent', 'agent')),
  user_name varchar(80) unique,                          -- the three sign-in names, kept in lower case
  email varchar(254) unique,
  number varchar(20) unique,
  first_name varchar(80) not null,
  last_name varchar(80) not null,
  password_hash text not null,
  rights text not null default '[]',                     -- JSON list: dossiers, bookings, attendance, billing, content, settings
  demo boolean not null default false,                   -- refused outside demo mode
  disabled_at timestamptz,
  last_sign_in_at timestamptz,
  previous_sign_in_at timestamptz,                       -- what « dernière connexion » shows
  created_at timestamptz not null
);

create table sign_in (
  id serial primary key,
  account_id int not null references account (id) on delete cascade,
  token_hash varchar(64) not null unique,                -- sha256 of the cookie
  device_label varchar(80) not null,
  shared_device boolean not null default false,          -- « appareil partagé »: nothing is kept on it
  address varchar(64) not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null
);
create index sign_in_account on sign_in (account_id);
create index sign_in_end on sign_in (expires_at);

create table attempt (                                   -- failed sign-ins, counted per name and per address
  id serial primary key,
  bucket varchar(90) not null,
  at timestamptz not null
);
create index attempt_bucket on attempt (bucket, at);
create index attempt_at on attempt (at);

-- notices -------------------------------------------------------------------------------------------------------------

create table outbox (                                    -- an event to tell, written in the event's own transaction
  id serial primary key,
  account_id int not null references account (id) on delete cascade,
  kind varchar(40) not null,
  bundle varchar(80) not null,                           -- events of one bundle become one notice
  payload text not null,
  created_at timestamptz not null,
  due_at timestamptz not null,
  notice_id int
);
create index outbox_waiting on outbox (due_at) where notice_id is null;

create table notice (                                    -- what the bell shows
  id serial primary key,
  ref varchar(22) not null unique,
  account_id int not null references account (id) on delete cascade,
  kind varchar(40) not null,
  title varchar(160) not null,
  body text not null,                                    -- the whole story, behind the sign-in
  brief varchar(300) not null,                           -- what a locked screen may show: no child's name, no reason
  url varchar(300) not null,
  tag varchar(32) not null,                              -- a push of the same tag replaces this one
  expires_at timestamptz not null,                       -- after the event itself, ringing is pointless
  created_at timestamptz not null,
  read_at timestamptz
);
create index notice_account on notice (account_id, created_at);
create index notice_unread on notice (account_id) where read_at is null;

create table push_device (
  id serial primary key,
  account_id int not null references account (id) on delete cascade,
  sign_in_id int references sign_in (id) on delete set null,
  endpoint text not null unique,
  p256dh varchar(200) not null,
  auth varchar(60) not null,
  label varchar(80) not null,
  created_at timestamptz not null,
  last_ok_at timestamptz
);
create index push_device_account on push_device (account_id);

create table delivery (                                  -- one notice on one channel to one place
  id serial primary key,
  notice_id int not null references notice (id) on delete cascade,
  channel varchar(8) not null check (channel in ('push', 'mail')),
  push_device_id int references push_device (id) on delete set null,
  address varchar(254),
  status varchar(10) not null default 'waiting' check (status in ('waiting', 'sent', 'failed', 'gone', 'skipped')),
  tries int not null default 0,
  due_at timestamptz not null,
  claimed_until timestamptz,
  claimed_by varchar(40),
  outcome varchar(300) not null default '',
  created_at timestamptz not null,
  done_at timestamptz
);
create index delivery_waiting on delivery (due_at) where status = 'waiting';
create index delivery_notice on delivery (notice_id);

create table notice_preference (                         -- only departures from the defaults of notices/rules.py
  id serial primary key,
  account_id int not null references account (id) on delete cascade,
  kind varchar(40) not null,
  channel varchar(8) not null check (channel in ('push', 'mail', 'bell')),
  wanted boolean not null,
  unique (account_id, kind, channel)
);

create table dev_mail (                                  -- the development mailbox: mail sent while no SMTP server is set
  id serial primary key,
  recipient varchar(254) not null,
  subject varchar(300) not null,
  body text not null,
  created_at timestamptz not null
);

-- families ------------------------------------------------------------------------------------------------------------

create table family (
  id serial primary key,
  ref varchar(22) not null unique,
  number varchar(20) not null unique,                    -- the file number families know from their invoices
  name varchar(120) not null,
  resident boolean not null default true,
  address varchar(300) not null default '',
  created_at timestamptz not null
);

create table guardian (
  id serial primary key,
  family_id int not null references family (id) on delete cascade,
  account_id int unique references account (id) on delete set null,
  title varchar(10) not null default '',
  first_name varchar(80) not null,
  last_name varchar(80) not null,
  email varchar(254) not null default '',
  phone varchar(30) not null default '',
  holder boolean not null default false                  -- titulaire du compte
);
create index guardian_family on guardian (family_id);

create table child (
  id serial primary key,
  ref varchar(22) not null unique,
  first_name varchar(80) not null,
  last_name varchar(80) not null,
  birth_date date not null,
  colour int not null default 0 check (colour between 0 and 7),
  site_id int,
  grade varchar(20) not null default ''
);

create table household_child (                           -- one child may live in two households
  id serial primary key,
  family_id int not null references family (id) on delete cascade,
  child_id int not null references child (id) on delete cascade,
  custody text not null default '{"kind":"always"}',     -- JSON, families/rules.py
  unique (family_id, child_id)
);
create index household_child_child on household_child (child_id);

-- activities ----------------------------------------------------------------------------------------------------------

create table site (
  id serial primary key,
  name varchar(120) not null unique,
  kind varchar(20) not null default 'school'
);

create table activity (
  id serial primary key,
  ref varchar(40) not null unique,                       -- a readable slug: cantine, accueil-matin
  name varchar(120) not null,
  short varchar(40) not null,
  letter varchar(2) not null,
  kind varchar(20) not null check (kind in
    ('canteen', 'morning_care', 'evening_care', 'wednesday_care', 'leisure_centre', 'study')),
  period varchar(10) not null check (period in ('morning', 'noon', 'evening', 'day')),
  position int not null default 0,
  starts_at varchar(5) not null,                         -- HH:MM of the town
  ends_at varchar(5) not null,
  price_cents int not null check (price_cents >= 0),
  validation varchar(10) not null default 'at_once' check (validation in ('at_once', 'agent', 'on_payment')),
  cancel_validation varchar(10) not null default 'at_once' check (cancel_validation in ('at_once', 'agent')),
  late_cancel varchar(8) not null default 'refused' check (late_cancel in ('refused', 'billed')),
  waiting_list boolean not null default true,
  units text not null default '[]',                      -- JSON list of menus
  book_rule text not null,                               -- JSON values of bookings/rules/cutoff.py
  cancel_rule text not null,
  opening_rule text not null
);

create table session (                                   -- one activity on one day
  id serial primary key,
  activity_id int not null references activity (id) on delete restrict,
  day date not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  capacity int check (capacity >= 0),                    -- null: as many as come
  taken int not null default 0 check (taken >= 0),
  next_rank int not null default 1,                      -- next place on the waiting list
  closed_reason varchar(200),
  check (capacity is null or taken <= capacity),
  unique (activity_id, day)
);
create index session_day on session (day, activity_id);

create table school_period (
  id serial primary key,
  zone varchar(30) not null,
  school_year varchar(9) not null,
  kind varchar(40) not null,
  first_day date not null,
  last_day date not null,
  source varchar(200) not null,
  unique (zone, school_year, kind, first_day)
);

create table public_holiday (
  id serial primary key,
  zone varchar(30) not null,
  day date not null,
  name varchar(80) not null,
  unique (zone, day)
);

create table closure (                                   -- the town's own: a bridge, a strike, works
  id serial primary key,
  activity_id int references activity (id) on delete cascade,  -- null: the whole town
  first_day date not null,
  last_day date not null,
  reason varchar(200) not null,
  created_by int references account (id) on delete set null,
  created_at timestamptz not null,
  check (first_day <= last_day)
);

create table catalogue (                                 -- one row; its version changes with any rule, closure or holiday
  id int primary key check (id = 1),
  version int not null,
  zone varchar(30) not null,
  public_holiday_zone varchar(30) not null,
  time_zone varchar(40) not null
);

-- enrolments ----------------------------------------------------------------------------------------------------------

create table enrolment (
  id serial primary key,
  child_id int not null references child (id) on delete cascade,
  activity_id int not null references activity (id) on delete restrict,
  family_id int not null references family (id) on delete cascade,
  first_day date not null,
  last_day date not null,
  unit varchar(40) not null default '',
  status varchar(10) not null default 'accepted' check (status in ('requested', 'accepted', 'refused', 'ended')),
  unique (child_id, activity_id, family_id)
);
create index enrolment_family on enrolment (family_id);

-- bookings ------------------------------------------------------------------------------------------------------------

create table booking (                                   -- one row a square, for ever; its states are bookings/rules
  id serial primary key,
  child_id int not null references child (id) on delete cascade,
  session_id int not null references session (id) on delete restrict,
  family_id int not null references family (id) on delete restrict,  -- who asked, and pays
  state varchar(20) not null check (state in ('requested', 'to_pay', 'booked', 'cancel_requested', 'waiting',
    'free', 'refused', 'absent_excused', 'absent_billed')),
  version int not null,
  unit varchar(40) not null default '',
  rank int,                                              -- order on the waiting list; only while waiting
  reason varchar(300) not null default '',               -- words of the agent or of the rule, for the parent
  changed_by int references account (id) on delete set null,
  changed_at timestamptz not null,
  check ((state = 'waiting') = (rank is not null)),
  unique (child_id, session_id)
);
create index booking_session on booking (session_id, state);
create index booking_pending on booking (changed_at) where state in ('requested', 'cancel_requested');
create unique index booking_rank on booking (session_id, rank) where rank is not null;

create table tap (                                       -- every tap and its verdict, kept 400 days: a repeat gets the same words
  id varchar(36) primary key,
  account_id int not null,
  device varchar(36) not null,
  square varchar(60) not null,
  seq bigint not null,
  digest varchar(64) not null,
  outcome varchar(12) not null,
  verdict text not null,
  tapped_at timestamptz,
  received_at timestamptz not null
);
create index tap_order on tap (device, square, seq);

create table audit (                                     -- append only: who did what, when, to which square
  id serial primary key,
  at timestamptz not null,
  actor_id int,
  action varchar(40) not null,
  child_id int,
  session_id int,
  detail text not null default '{}'
);
create index audit_square on audit (child_id, session_id);
create index audit_at on audit (at);
