"""Databases of the tests' cluster, lent to one test after another: emptying one takes a few ms, making one copies 11 MB."""

import itertools
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.postgres import Cluster

EMPTY = "empty"
OVER = "-- that was all --"
PATIENCE = 5.0  # seconds for the connections of the test before to be gone; it matters only where one was forgotten

# What anybody does to the schema shows in the row versions of the catalogue; the console's temporary tables do not.
STRUCTURE = """
select md5(string_agg(concat(part.oid, ' ', part.xmin), ',' order by part.oid, part.xmin::text)) from (
  select oid, xmin from pg_class where relnamespace = 'public'::regnamespace
  union all select a.attrelid, a.xmin from pg_attribute a join pg_class t on t.oid = a.attrelid
    where t.relnamespace = 'public'::regnamespace and t.relkind = 'r' and a.attnum > 0
  union all select oid, xmin from pg_proc where pronamespace = 'public'::regnamespace
  union all select setrole, xmin from pg_db_role_setting
) part
"""
OTHERS = """
select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
and backend_type = 'client backend' limit 1
"""
TABLES = "select tablename from pg_tables where schemaname = 'public' order by 1"
SEQUENCES = "select sequencename from pg_sequences where schemaname = 'public' order by 1"


class Gone(Exception):
    """The database cannot be lent again: it died, somebody still uses it, or it is not built as it was."""


class Console:
    """A psql that stays open on one database; as a replica, so that no reference is followed while rows go and come."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self._process = subprocess.Popen(
            [cluster.bin / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", cluster.url(name)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.ask("set session_replication_role = replica")

    def ask(self, text: str) -> list[str]:
        """The rows of the answer, a line each. Raises Gone with what psql said."""
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(f"{text};\n\\echo {OVER}\n")
            self._process.stdin.flush()
        except OSError as error:
            raise Gone(str(error)) from error
        lines: list[str] = []
        for line in self._process.stdout:
            if line.strip() == OVER:
                return lines
            lines.append(line.rstrip("\n"))
        raise Gone("\n".join(lines))

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@dataclass
class Lent:
    """One database and the states it can be put back to, whose rows lie in the console's own temporary tables."""

    name: str
    url: str
    console: Console
    states: dict[str, tuple[str, Any]] = field(default_factory=dict)  # how to put it back, and what is known of it

    def __post_init__(self) -> None:
        self._tables, self._sequences = self.console.ask(TABLES), self.console.ask(SEQUENCES)
        self._structure = self.console.ask(STRUCTURE)
        self.keep(EMPTY, None)

    def keep(self, state: str, known: Any) -> None:
        """What the tables hold now is `state`, and `known` is told to whoever asks for it."""
        kept = f"kept_{len(self.states)}_"
        full = [name for name in self._tables if self.console.ask(f"select 1 from public.{name} limit 1")]
        for name in full:
            self.console.ask(f"create temp table {kept}{name} as select * from public.{name}")
        steps = [f"delete from public.{name}" for name in self._tables]
        steps += [f"insert into public.{name} select * from {kept}{name}" for name in full]
        for name in self._sequences:
            last, called = self.console.ask(f"select last_value, is_called from public.{name}")[0].split("|")
            steps.append(f"perform setval('public.{name}', {last}, '{called}')")
        self.states[state] = f"do $$ begin {'; '.join(steps)}; end $$", known

    def put_back(self, state: str) -> None:
        """The rows of `state` and no others. Raises Gone."""
        end = time.monotonic() + PATIENCE
        while self.console.ask(OTHERS):
            if time.monotonic() > end:
                raise Gone(f"somebody still uses {self.name}")
            time.sleep(0.002)
        self.console.ask(self.states[state][0])
        if self.console.ask(STRUCTURE) != self._structure:
            raise Gone(f"{self.name} is not built as it was")


class Lender:
    """Lends databases made from the cluster's migrated template; each test has its own, and finds no trace of another."""

    def __init__(self, cluster: Cluster, template: str) -> None:
        self._cluster, self._template = cluster, template
        self._free: list[Lent] = []
        self._numbers = itertools.count(1)

    def lend(self, state: str = EMPTY, furnish: Callable[[str], Any] | None = None) -> Lent:
        """A database in `state`, which `furnish` makes of an empty one the first time it is asked for."""
        while self._free:
            lent = self._free.pop()
            try:
                return self._ready(lent, state, furnish)
            except Gone:
                self._drop(lent)
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self._cluster.sql(f"create database {name} template {self._template}")
        return self._ready(Lent(name, self._cluster.url(name), Console(self._cluster, name)), state, furnish)

    def take_back(self, lent: Lent) -> None:
        self._free.append(lent)

    def close(self) -> None:
        for lent in self._free:
            lent.console.close()

    def _ready(self, lent: Lent, state: str, furnish: Callable[[str], Any] | None) -> Lent:
        if state not in lent.states:
            assert furnish, f"nobody says what {state} is"
            lent.put_back(EMPTY)
            lent.keep(state, furnish(lent.url))
        lent.put_back(state)
        return lent

    def _drop(self, lent: Lent) -> None:
        lent.console.close()
        self._cluster.sql(f"drop database if exists {lent.name} with (force)")
