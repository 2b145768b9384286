// Decides what a verdict or a silence does to the record of one square; pure: no clock, store or network here.
//
// A record: { account, square, name, price, until, want, unit, id, seq, at, seen, base: {s, v}, state, tries, sentId,
//             label, reason, code, settled, read }
// base is the last thing the server is known to have said of the square (its state s, its version v).
// state: pending, sending, auth (these three wait) · applied, rejected, conflict, dead (these four are settled).

const HELD = ["requested", "to_pay", "booked", "waiting"];
const WAITING = ["pending", "sending", "auth"];
const OUTCOMES = ["applied", "rejected", "conflict"];
const PROMPT = 10_000;

// Defaults complete the records written by an older release, so that a new version reads the previous one's queue.
const BLANK = { name: "", price: 0, until: 0, unit: null, tries: 0, sentId: null, label: "", reason: "", settled: 0, read: false };

export const whole = (record) => ({ ...BLANK, base: { s: "free", v: record.seen || 0 }, ...record });

export const isWaiting = (record) => WAITING.includes(record.state);

export const wishIn = (s) => (HELD.includes(s) ? "booked" : "free");

export function oldest(records, limit) {
  return records.filter(({ state }) => state === "pending" || state === "sending")
    .sort((one, other) => one.seq - other.seq).slice(0, limit);
}

export const begin = (record) => ({ ...record, state: "sending", sentId: record.id, tries: record.tries + 1 });

// By id, never by square: the verdict of a booking must not settle the cancellation tapped while it was in flight.
export function settle(record, verdict, now) {
  if (!isWaiting(record)) return record;
  if (verdict.id === record.id) return conclude(record, verdict, now);
  return verdict.id === record.sentId ? rebase(record, verdict) : record;
}

const told = ({ state, version }) => ({ base: { s: state, v: version }, tries: 0, sentId: null });

// A plain yes within seconds is read on the square itself; anything else stays listed until read.
function conclude(record, verdict, now) {
  const { label = "", reason = "" } = verdict;
  const state = outcomeOf(verdict, record.want);
  const read = state === "applied" && !reason && now - record.at < PROMPT;
  return { ...record, ...told(verdict), state, label, reason, read, settled: now };
}

function outcomeOf({ outcome, state }, want) {
  if (outcome === "superseded") return wishIn(state) === want ? "applied" : "conflict";
  return OUTCOMES.includes(outcome) ? outcome : "rejected";
}

// After a conflict the newer wish keeps what it had seen: its author has not seen the other parent's change either.
const rebase = (record, verdict) =>
  ({ ...record, ...told(verdict), seen: verdict.outcome === "conflict" ? record.seen : verdict.version });

export const release = (record) => (record.state === "sending" ? { ...record, state: "pending" } : record);

export const park = (record) => (isWaiting(record) ? { ...record, state: "auth" } : record);

// A tap that can never pass dies aloud, unless the parent has changed their mind since.
export function bury(record, id, reason, now) {
  const freed = { ...record, tries: 0, sentId: null };
  return record.id === id ? { ...freed, state: "dead", reason, settled: now } : freed;
}
