// The thumb's side of a record: what a tap makes of it, what its square shows, what the tray counts; pure.

import { isWaiting, whole, wishIn } from "./reducer.js";

const RETIREMENT = 40 * 86_400_000;

export const opposite = (want) => (want === "booked" ? "free" : "booked");

// What a square shows: the queue over the markup, the server's last word over an older fragment.
export function view(record, markup) {
  if (!record) return { s: markup.s, want: wishIn(markup.s), q: "", over: false };
  if (isWaiting(record)) return { s: record.want, want: record.want, q: record.state, over: true };
  const over = record.base.v > markup.v;
  const { s } = over ? record.base : markup;
  return { s, want: wishIn(s), q: record.state === "applied" ? "" : record.state, over };
}

// The base comes from the record before the markup: a stale fragment must not flip the next tap.
export function tap(record, wish, markup) {
  const base = record && record.base.v >= markup.v ? record.base : markup;
  const { tries, sentId } = record && isWaiting(record) ? record : whole({});
  const next = whole({ ...wish, base, seen: base.v, state: "pending", tries, sentId });
  const home = wish.want === wishIn(base.s) && !(wish.want === "booked" && wish.unit);
  // Once tried, the earlier wish may have arrived: only a newer wish can take it back.
  return home && !tries ? quiet(next, wish.at) : next;
}

// Not deleted: the base may be newer than the fragment on screen, and the record is what says so.
function quiet(record, now) {
  const want = wishIn(record.base.s);
  return { ...record, state: "applied", want, label: "", reason: "", tries: 0, sentId: null, settled: now, read: true };
}

export const dismiss = (record, now) => (isWaiting(record) ? record : quiet(record, record.settled || now));

export const relieve = (record) => (record.state === "auth" ? { ...record, state: "pending" } : record);

// Settled records outlive every fragment of the shelf (30 days): one of them may still show the square as it was.
export const isRetired = (record, now) => record.state === "applied" && record.read && now - record.settled > RETIREMENT;

export function count(records) {
  const waiting = records.filter(isWaiting);
  const book = waiting.filter(({ want }) => want === "booked").length;
  const limits = waiting.map(({ until }) => until).filter(Boolean);
  return {
    waiting: waiting.length,
    book,
    cancel: waiting.length - book,
    auth: waiting.filter(({ state }) => state === "auth").length,
    cost: waiting.reduce((sum, { want, base, price }) => sum + price * ((want === "booked") - (wishIn(base.s) === "booked")), 0),
    nearest: limits.length ? Math.min(...limits) : 0,
  };
}
