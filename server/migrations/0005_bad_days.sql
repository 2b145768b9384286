-- Bad days: what cannot be told says why, and a service that is down rests as a whole.

alter table outbox add column trouble varchar(300) not null default '';     -- why it could not be told; tried again hourly
alter table delivery add column resting boolean not null default false;     -- its service is down: those after it wait too
alter table push_device add column key varchar(100) not null default '';    -- the portal's public key it rings for; empty: not known

create index delivery_phone on delivery (push_device_id, id) where status = 'waiting';
create index delivery_address on delivery (address, id) where status = 'waiting';
