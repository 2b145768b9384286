-- Parents, finer: absences declared by families, whose an audit line is, quiet hours, reminders, known devices.

alter table activity add column absence varchar(8) not null default 'billed' check (absence in ('billed', 'excused'));
                                                         -- an absence told too late to cancel: billed, or excused

create table absence (                                   -- « malade aujourd'hui »: what a parent declared, and what became of each square
  id serial primary key,
  ref varchar(36) not null unique,                       -- drawn with the form, so that sent twice it is done once
  family_id int not null references family (id) on delete cascade,
  child_id int not null references child (id) on delete cascade,
  first_day date not null,
  last_day date not null,
  lines text not null,                                   -- JSON list, bookings/rules/absence.py; never a reason of health
  declared_by int references account (id) on delete set null,
  declared_at timestamptz not null,
  undone_at timestamptz,
  check (first_day <= last_day)
);
create index absence_family on absence (family_id, declared_at);

alter table audit add column family_id int;              -- whose square it was then: the other home of a child must not read it
update audit set family_id = (select h.family_id from household_child h where h.child_id = audit.child_id)
  where 1 = (select count(*) from household_child h where h.child_id = audit.child_id);
create index audit_family on audit (family_id, at);
create index tap_account on tap (account_id, received_at);

create table quiet_hours (                               -- only departures from the default of notices/rules
  id serial primary key,
  account_id int not null unique references account (id) on delete cascade,
  wanted boolean not null,
  starts_at int not null check (starts_at between 0 and 1439), -- minutes of the town's clock
  ends_at int not null check (ends_at between 0 and 1439)
);

create table cutoff_reminder (                           -- « rien de réservé »: told once for each child, home and week
  id serial primary key,
  family_id int not null references family (id) on delete cascade,
  child_id int not null references child (id) on delete cascade,
  week date not null,                                    -- the Monday
  told_at timestamptz not null,
  unique (family_id, child_id, week)
);

create table known_device (                              -- from where an account has signed in before: a digest, no address
  id serial primary key,
  account_id int not null references account (id) on delete cascade,
  digest varchar(64) not null,
  seen_at timestamptz not null,
  unique (account_id, digest)
);
