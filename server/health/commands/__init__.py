"""Writes to health files, and every act of reading one: it is noted in the transaction that reads."""
