-- Forgotten passwords: what was asked for, answered by the worker so that the door's answer depends on nothing it finds.

create table reset_request (
  id serial primary key,
  name varchar(254) not null,                            -- as typed: an e-mail, a user name, a number, or nobody's
  created_at timestamptz not null
);
