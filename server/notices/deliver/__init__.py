"""The deliver worker: compose what is due, claim, send through an adapter, record.

A folder of its own: commands are transactions, and these rounds act outside between two of them. Nothing is sent
in a request. Any number of workers may run at once. A delivery is sent at least once: a worker killed between
sending and recording leaves it to the next one when the lease ends, and its tag or Message-ID lets the second
replace the first. A service that is only slow gets nothing twice: what it was handed is waited for, and held meanwhile.
"""

from server.notices.deliver.messages import mail_of, push_of
from server.notices.deliver.office import BATCH, Office
from server.notices.deliver.rounds import compose_round, deliver_round, hold_round, keep_delivering, settle

__all__ = [
    "BATCH",
    "Office",
    "compose_round",
    "deliver_round",
    "hold_round",
    "keep_delivering",
    "mail_of",
    "push_of",
    "settle",
]
