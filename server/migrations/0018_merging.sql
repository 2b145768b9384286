-- A child entered twice: which file was joined to which, and the pairs an agent says are two children.

create table child_merge (                               -- append only; final: the joined file is not taken apart again
  id serial primary key,
  kept_id int not null references child (id) on delete cascade,
  gone_ref varchar(22) not null unique,                  -- what phones and old addresses still call the other file
  gone text not null,                                    -- JSON: who the other file said the child was
  moved text not null,                                   -- JSON: what the agent read and confirmed, line by line
  reason varchar(300) not null,
  merged_by int references account (id) on delete set null,
  merged_at timestamptz not null
);
create index child_merge_kept on child_merge (kept_id);

create table child_apart (                               -- born the same day, named alike, and two children all the same
  id serial primary key,
  one_id int not null references child (id) on delete cascade,   -- the smaller id of the two
  other_id int not null references child (id) on delete cascade,
  said_by int references account (id) on delete set null,
  said_at timestamptz not null,
  check (one_id < other_id),
  unique (one_id, other_id)
);
create index child_apart_other on child_apart (other_id);
