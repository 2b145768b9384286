-- When the owner of an unused account was told that it will be closed.

alter table account add column warned_at timestamptz;
