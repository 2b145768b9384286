"""An agent's second factor: set up, confirmed by a first code, asked at each sign-in, taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from server.accounts.commands.limits import count_try
from server.accounts.commands.resets import TellAccount
from server.accounts.rules import Limit
from server.accounts.rules.codes import figures_of, key_of, matching_step, recovery_digest
from server.database import Rows, Work, flat, sql, values_marks

Answer = Literal["ok", "wrong", "wait"]
TRIES = Limit(5, timedelta(minutes=15))  # a million codes, two or three of them good at a time


@dataclass(frozen=True)
class Factor:
    """The second factor of an account; not confirmed yet, it asks nothing of anybody."""

    nonce: str
    last_step: int
    confirmed: bool
    codes_left: int = 0


def factor_of(account_id: int) -> Work[Factor | None]:
    """The account's second factor, if it has one or has begun to set it up."""
    rows: Rows = yield sql(
        "select nonce, last_step, confirmed_at, (select count(*) from recovery_code r where r.account_id = $1 "
        "and r.used_at is null) as codes_left from second_factor where account_id = $1",
        account_id,
    )
    if not rows:
        return None
    row = rows[0]
    return Factor(row["nonce"], row["last_step"], row["confirmed_at"] is not None, row["codes_left"])


def begin_factor(account_id: int, nonce: str, now: datetime) -> Work[None]:
    """A new key to be confirmed; one that is confirmed stays."""
    yield sql(
        "insert into second_factor (account_id, nonce, created_at) values ($1, $2, $3) on conflict (account_id) "
        "do update set nonce = excluded.nonce, created_at = excluded.created_at, last_step = 0 "
        "where second_factor.confirmed_at is null",
        account_id,
        nonce,
        now,
    )


def confirm_factor(
    secret: bytes, account_id: int, typed: str, codes: Sequence[str], now: datetime, tell: TellAccount
) -> Work[Answer]:
    """The first code of the phone: from now on one is asked. `codes` are the recovery codes to keep."""
    if not (yield from count_try({f"code:{account_id}": TRIES}, now)):
        return "wait"
    factor = yield from _locked(account_id)
    if factor is None or factor.confirmed:
        return "wrong"
    step = matching_step(key_of(secret, factor.nonce), typed, now, factor.last_step)
    if step is None:
        return "wrong"
    yield sql("update second_factor set confirmed_at = $1, last_step = $2 where account_id = $3", now, step, account_id)
    yield from _forget_tries(account_id)
    yield from renew_codes(secret, account_id, codes)
    yield from tell(account_id, "totp_on", now)
    return "ok"


def check_code(secret: bytes, account_id: int, typed: str, now: datetime, tell: TellAccount) -> Work[Answer]:
    """A code of the phone, or a recovery code; each is taken once. Tries are counted until one is right."""
    if not (yield from count_try({f"code:{account_id}": TRIES}, now)):
        return "wait"
    factor = yield from _locked(account_id)
    if factor is None or not factor.confirmed:
        return "wrong"
    if figures_of(typed):
        step = matching_step(key_of(secret, factor.nonce), typed, now, factor.last_step)
        if step is None:
            return "wrong"
        yield sql("update second_factor set last_step = $1 where account_id = $2", step, account_id)
    else:
        used = yield sql(
            "update recovery_code set used_at = $1 where account_id = $2 and digest = $3 and used_at is null "
            "returning id",
            now,
            account_id,
            recovery_digest(secret, account_id, typed),
        )
        if not used:
            return "wrong"
        yield from tell(account_id, "code_used", now)
    yield from _forget_tries(account_id)
    return "ok"


def renew_codes(secret: bytes, account_id: int, codes: Sequence[str]) -> Work[None]:
    """Other recovery codes; the older ones are worth nothing."""
    yield sql("delete from recovery_code where account_id = $1", account_id)
    rows = [(account_id, recovery_digest(secret, account_id, code)) for code in codes]
    yield sql("insert into recovery_code (account_id, digest) values " + values_marks(len(rows), 2), *flat(rows))


def remove_factor(account_id: int, now: datetime, tell: TellAccount) -> Work[bool]:
    """No code is asked any more; for oneself, or by the town for an agent whose phone is lost. False if none was."""
    yield sql("delete from recovery_code where account_id = $1", account_id)
    gone = yield sql("delete from second_factor where account_id = $1 returning confirmed_at", account_id)
    if not gone or gone[0]["confirmed_at"] is None:
        return False
    yield from tell(account_id, "totp_off", now)
    return True


def _forget_tries(account_id: int) -> Work[None]:
    yield sql("delete from attempt where bucket = $1", f"code:{account_id}")


def _locked(account_id: int) -> Work[Factor | None]:
    """The same code typed in two places at once is taken in one."""
    yield sql("select id from second_factor where account_id = $1 for update", account_id)
    return (yield from factor_of(account_id))
