-- Documents that go with a message: found by the message's own name, which its form carried before it was written.

alter table document add column message_ref varchar(36);
create index document_message on document (message_ref) where message_ref is not null;
