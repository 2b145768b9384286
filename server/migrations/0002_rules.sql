-- Rules by day: every publication of an activity's rules, and the draft its agents prepare.
-- The rules of a day are those of the latest publication whose first_day is not after it; before any, the activity's own.

create table activity_rule (
  id serial primary key,
  activity_id int not null references activity (id) on delete cascade,
  number int not null check (number > 0),                -- 1, 2, 3… of this activity; 0 is the activity's own row
  first_day date not null,                               -- for the sessions of this day and after
  book_rule text not null,                               -- JSON values of bookings/rules/cutoff.py
  cancel_rule text not null,
  opening_rule text not null,
  validation varchar(10) not null check (validation in ('at_once', 'agent', 'on_payment')),
  cancel_validation varchar(10) not null check (cancel_validation in ('at_once', 'agent')),
  late_cancel varchar(8) not null check (late_cancel in ('refused', 'billed')),
  waiting_list boolean not null,
  reason varchar(200) not null,
  published_by int references account (id) on delete set null,
  published_at timestamptz not null,
  unique (activity_id, number)
);

create table rule_draft (                                -- one an activity, shared by the agents
  id serial primary key,
  activity_id int not null unique references activity (id) on delete cascade,
  revision int not null,                                 -- each save; a form carries the one it was made from
  base int not null,                                     -- the publication it started from
  book_rule text not null,
  cancel_rule text not null,
  opening_rule text not null,
  validation varchar(10) not null check (validation in ('at_once', 'agent', 'on_payment')),
  cancel_validation varchar(10) not null check (cancel_validation in ('at_once', 'agent')),
  late_cancel varchar(8) not null check (late_cancel in ('refused', 'billed')),
  waiting_list boolean not null,
  saved_by int references account (id) on delete set null,
  saved_at timestamptz not null
);
