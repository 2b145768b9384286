-- The optional photo of an account's holder: with the draft, then the registration, then the account.

create table account_photo (                             -- one of the three owners at a time, and gone with it
  id serial primary key,
  ref varchar(22) not null unique,
  draft_id int unique references registration_draft (id) on delete cascade,
  registration_id int unique references registration (id) on delete cascade,
  account_id int unique references account (id) on delete cascade,
  image text not null,                                   -- a JPEG drawn anew, in base 64; in clear, like the name beside it
  created_at timestamptz not null
);
