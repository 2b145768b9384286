"""The audit trail as agents read it: its reads, its sentences, its doors."""
