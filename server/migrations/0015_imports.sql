-- A list of families on its way in: tried out on a screen, read by an agent, then imported or given up.

create table family_import (
  id serial primary key,
  ref varchar(22) not null unique,
  name varchar(120) not null,                            -- of the file, as its sender calls it
  file varchar(32),                                      -- in the safe, sealed; none once nothing more is done with it
  digest varchar(64) not null,                           -- SHA-256 of the file: what was read is what is imported
  checked varchar(64) not null,                          -- of the report the agent reads: what it says is what is done
  state varchar(8) not null check (state in ('checked', 'refused', 'done')),
  report text not null,                                  -- JSON
  made_by int references account (id) on delete set null,
  made_at timestamptz not null,
  done_by int references account (id) on delete set null,
  done_at timestamptz
);
create index family_import_made on family_import (made_at);
