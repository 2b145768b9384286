"""Documents: what families send, what the town puts for one family or for all."""
