-- Lost activation links: what was asked for, answered by the worker so that the door's answer depends on nothing it finds.

create table resend_request (
  id serial primary key,
  email varchar(254) not null,                           -- as typed: somebody's or nobody's
  hours int not null,                                    -- how long the new link will live
  created_at timestamptz not null
);
