"""A few documents of the printed families, and the town's for all: files of our own making, in the real safe."""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from server.adapters.safe import Safe
from server.database import Database, Work, sql
from server.documents.commands.putting import New, NewFile, put_down, settle_check
from server.documents.rules.kinds import OTHER
from server.zone import months_after, town_day

MOST = 200 * 1024 * 1024
A4 = (1240, 1754)  # pixels, at 150 dots an inch


@dataclass(frozen=True)
class Shown:
    """One document: whose, what is written on it, how long ago it came, and what became of it."""

    shelf: str
    kind: str
    title: str
    lines: tuple[str, ...]
    days: int
    decision: str = ""
    reason: str = ""
    photo: bool = False
    months: int = 0  # it counts, from the day it came


SHOWN = (
    Shown("town", OTHER, "Règlement des accueils périscolaires", ("Règlement", "Année scolaire 2026-2027"), 60),
    Shown("town", OTHER, "Formulaire de changement de régime", ("Formulaire", "À rendre au service enfance"), 40),
    Shown("family", OTHER, "Attestation de présence 2025", ("Attestation de présence", "Famille Lefèvre"), 12),
    Shown(
        "sent", "home_proof", "", ("Facture d’eau", "M. et Mme Lefèvre", "Port-Clairval"), 70, "accepted", photo=True,
        months=12,
    ),
    Shown(
        "sent", "caf_certificate", "", ("Attestation de paiement",), 9, "refused",
        "La photo est floue ou coupée : reprenez-la bien à plat, avec de la lumière.", True,
    ),
    Shown("sent", "family_book", "", ("Livret de famille", "Page des parents"), 2, photo=True),
)  # fmt: skip

WHO = """
select f.id as family_id, a.id as account_id from account a join guardian g on g.account_id = a.id
join family f on f.id = g.family_id where a.email = 'parent@demo.marelle'
"""
AGENT = "select id from account where kind = 'agent' order by id limit 1"
CHILD = """
select c.id from child c join household_child h on h.child_id = c.id where h.family_id = $1 order by c.id limit 1
"""
ASK = """
insert into document_ask (ref, family_id, child_id, kind, note, asked_by, asked_at)
values ('demo-assurance', $1, $2, 'liability_insurance', 'Celle de cette année scolaire, avant la sortie.', $3, $4)
"""
JUDGED = """
update document set decision = $1, reason = $2, valid_until = $3, decided_at = $4, decided_by = $5 where id = $6
"""


async def write_documents(db: Database, safe: Safe, now: datetime) -> None:
    """Put them there, and ask the first family for one more."""
    family, parent, agent = await db.read(_who)
    for number, one in enumerate(SHOWN):
        file = await asyncio.to_thread(_kept, safe, one)
        mine = None if one.shelf == "town" else family
        by, at = (parent if one.shelf == "sent" else agent), now - timedelta(days=one.days)
        first = town_day(at) if one.shelf == "town" else None
        new = New(one.shelf, one.kind, one.title, by, f"demo-{number}", (file,), mine, None, first)
        await db.write(_write, new, one, agent, at)
    await db.write(_ask, family, agent, now - timedelta(days=1))


def _who() -> Work[tuple[int, int, int]]:
    row = (yield sql(WHO))[0]
    agent = (yield sql(AGENT))[0]["id"]
    return row["family_id"], row["account_id"], agent


def _write(new: New, one: Shown, agent: int, at: datetime) -> Work[None]:
    put = yield from put_down(new, MOST, at)
    if one.shelf == "town":
        yield sql("update document set state = 'clean' where id = $1", put.id)
    else:
        yield from settle_check(put.id, True, "", at)
        yield sql("delete from outbox where kind = 'document_new'")  # told long ago
    if one.decision:
        until = months_after(town_day(at), one.months) if one.months else None
        yield sql(JUDGED, one.decision, one.reason, until, at + timedelta(days=1), agent, put.id)


def _ask(family: int, agent: int, at: datetime) -> Work[None]:
    child = (yield sql(CHILD, family))[0]["id"]
    yield sql(ASK, family, child, agent, at)


def _kept(safe: Safe, one: Shown) -> NewFile:
    draft: Path = safe.draft()
    draft.write_bytes(_photo(one.lines) if one.photo else _pdf(one.lines))
    try:
        kept = safe.keep(draft)
    finally:
        draft.unlink()
    return NewFile(kept.name, "image/jpeg" if one.photo else "application/pdf", kept.size, 1, kept.digest)


def _photo(lines: Sequence[str]) -> bytes:
    """A sheet of paper on a table."""
    from PIL import Image, ImageDraw, ImageFont

    sheet = Image.new("RGB", A4, "#6d5a45")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((90, 110, A4[0] - 90, A4[1] - 110), fill="#fbfaf6")
    for number, line in enumerate(lines):
        draw.text((170, 220 + 110 * number), line, fill="#20242c", font=ImageFont.load_default(54))
    for top in range(700, 1500, 60):
        draw.line((170, top, A4[0] - 200 - top % 7 * 40, top), fill="#b9b6ae", width=8)
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=70)
    return out.getvalue()


def _pdf(lines: Sequence[str]) -> bytes:
    """One page of text."""
    import pikepdf

    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    words = b"".join(b"(%s) Tj T* " % line.replace("’", "'").encode("cp1252") for line in lines)
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name("/Helvetica"),
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )
    pdf.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    pdf.pages[0].Contents = pikepdf.Stream(pdf, b"BT /F 24 Tf 30 TL 72 740 Td " + words + b"ET")
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()
