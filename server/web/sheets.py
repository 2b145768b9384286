"""Tables for spreadsheets: CSV as the French ones open it, semicolons and a byte order mark."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from litestar import Response

FIGURE = re.compile(r"-?[0-9]+(,[0-9]+)?")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last four: wide = + - @


def csv_answer(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Response[bytes]:
    """A file to download. What a spreadsheet would run as a formula is text; figures stay figures."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([_plain(value) for value in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


def _plain(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = value.replace("\u00a0", " ").replace("\u202f", " ")
    runs = text.startswith(FORMULA) or text.lstrip().startswith(FORMULA)
    return f"'{text}" if runs and not FIGURE.fullmatch(text) else text
