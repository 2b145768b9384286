"""What is told: outbox, bell, push, mail."""
