-- Clés enfance: a code an agent hands to one adult of a file, worth the file's three references, once.

create table file_key (
  id serial primary key,
  guardian_id int not null references guardian (id) on delete cascade,
  digest varchar(64) not null unique,                    -- made with the portal's secret: the database alone opens no file
  created_by int references account (id) on delete set null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  spent_at timestamptz,
  revoked_at timestamptz
);
create index file_key_guardian on file_key (guardian_id);
