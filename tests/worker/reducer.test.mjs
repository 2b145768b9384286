// Every state of a record against every tap, verdict and silence.

import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, bury, isWaiting, oldest, park, release, settle, whole } from "../../service_worker/reducer.js";
import { count, dismiss, isRetired, opposite, relieve, tap, view } from "../../service_worker/wishes.js";

const WAITING = ["pending", "sending", "auth"];
const SETTLED = ["applied", "rejected", "conflict", "dead"];
const DAY = 86_400_000;

const record = (state, more = {}) => whole({
  account: "a", square: "k.1", want: "booked", id: "old", seq: 1, at: 1000, seen: 2, price: 455, until: 9000,
  base: { s: "free", v: 2 }, state, tries: WAITING.includes(state) && state !== "pending" ? 1 : 0,
  sentId: state === "sending" ? "old" : null, settled: SETTLED.includes(state) ? 2000 : 0, ...more,
});
const wish = (want, more = {}) => ({ account: "a", square: "k.1", want, unit: null, id: "new", seq: 2, at: 5000, ...more });
const verdict = (outcome, more = {}) => ({ id: "old", square: "k.1", outcome, state: "booked", label: "Réservé", reason: "", version: 3, ...more });
const MARKUP = { s: "free", v: 2 };

test("a first tap waits with the base, the version and the id it was given", () => {
  const first = tap(undefined, wish("booked"), MARKUP);
  assert.equal(first.state, "pending");
  assert.deepEqual([first.want, first.id, first.seq, first.seen, first.tries], ["booked", "new", 2, 2, 0]);
  assert.deepEqual(first.base, MARKUP);
});

// from state, wish, expected state, wish kept
const TAPS = [
  ["pending", "free", "applied", "free"], ["pending", "booked", "pending", "booked"],
  ["sending", "free", "pending", "free"], ["sending", "booked", "pending", "booked"],
  ["auth", "free", "pending", "free"], ["auth", "booked", "pending", "booked"],
  ["applied", "free", "applied", "free"], ["applied", "booked", "pending", "booked"],
  ["rejected", "free", "applied", "free"], ["rejected", "booked", "pending", "booked"],
  ["conflict", "free", "applied", "free"], ["conflict", "booked", "pending", "booked"],
  ["dead", "free", "applied", "free"], ["dead", "booked", "pending", "booked"],
];
for (const [state, want, expected, kept] of TAPS) {
  test(`a tap for ${want} on a square that is ${state} over a free base is ${expected}`, () => {
    const next = tap(record(state), wish(want), MARKUP);
    assert.deepEqual([next.state, next.want, next.id], [expected, kept, "new"]);
    assert.equal(next.settled > 0, expected === "applied");
  });
}

test("what was tried is never cancelled, only taken back by a newer wish", () => {
  const next = tap(record("pending", { tries: 1 }), wish("free"), MARKUP);
  assert.deepEqual([next.state, next.want, next.tries], ["pending", "free", 1]);
});

test("a tap in flight keeps the id that is on its way", () => {
  assert.equal(tap(record("sending"), wish("free"), MARKUP).sentId, "old");
});

test("a fresher fragment gives the base, an equal or older one does not", () => {
  const applied = record("applied", { base: { s: "booked", v: 3 } });
  assert.deepEqual(tap(applied, wish("free"), { s: "free", v: 2 }).base, { s: "booked", v: 3 });
  assert.deepEqual(tap(applied, wish("free"), { s: "waiting", v: 4 }).base, { s: "waiting", v: 4 });
});

test("another menu of a booked square is a change, not a return", () => {
  assert.equal(tap(undefined, wish("booked", { unit: "veg" }), { s: "booked", v: 1 }).state, "pending");
});

for (const state of ["requested", "to_pay", "booked", "waiting"]) {
  test(`booking again what is already ${state} is nothing to send`, () => {
    assert.equal(tap(undefined, wish("booked"), { s: state, v: 1 }).state, "applied");
  });
}

const VERDICTS = [["applied", "booked", "applied"], ["rejected", "free", "rejected"], ["conflict", "free", "conflict"],
  ["superseded", "booked", "applied"], ["superseded", "free", "conflict"], ["reused", "free", "rejected"]];
for (const state of WAITING) {
  for (const [outcome, truth, expected] of VERDICTS) {
    test(`${outcome} (${truth}) settles a ${state} wish for booked as ${expected}`, () => {
      const next = settle(record(state), verdict(outcome, { state: truth, reason: outcome === "applied" ? "" : "Parce que." }), 3000);
      assert.equal(next.state, expected);
      assert.deepEqual(next.base, { s: truth, v: 3 });
      assert.deepEqual([next.tries, next.sentId, next.settled], [0, null, 3000]);
      assert.equal(next.read, outcome === "applied");
    });
  }
}
for (const state of SETTLED) {
  test(`a verdict said again changes nothing of a record that is ${state}`, () => {
    const known = record(state);
    assert.equal(settle(known, verdict("applied"), 3000), known);
  });
}

test("the verdict of an older id moves the base and leaves the newer wish waiting", () => {
  const next = settle(record("pending", { id: "new", sentId: "old", want: "free", tries: 1 }), verdict("applied"), 3000);
  assert.deepEqual([next.state, next.want, next.id, next.seen, next.tries], ["pending", "free", "new", 3, 0]);
  assert.deepEqual(next.base, { s: "booked", v: 3 });
});

test("after the conflict of an older id the newer wish conflicts too, rather than overwriting unseen", () => {
  const next = settle(record("pending", { id: "new", sentId: "old" }), verdict("conflict"), 3000);
  assert.equal(next.seen, 2);
});

test("a verdict for an id nobody knows changes nothing", () => {
  const known = record("pending");
  assert.equal(settle(known, verdict("applied", { id: "other" }), 3000), known);
});

test("a late yes and a yes with a reason stay listed until read", () => {
  assert.equal(settle(record("sending"), verdict("applied"), 1000 + 11_000).read, false);
  assert.equal(settle(record("sending"), verdict("applied", { state: "waiting", reason: "Complet : n° 3." }), 2000).read, false);
});

const MARKS = { begin, release, park, relieve };
const MOVES = {
  begin: { pending: "sending", sending: "sending" },
  release: { pending: "pending", sending: "pending", auth: "auth", applied: "applied", rejected: "rejected", conflict: "conflict", dead: "dead" },
  park: { pending: "auth", sending: "auth", auth: "auth", applied: "applied", rejected: "rejected", conflict: "conflict", dead: "dead" },
  relieve: { pending: "pending", sending: "sending", auth: "pending", applied: "applied", rejected: "rejected", conflict: "conflict", dead: "dead" },
};
for (const [name, moves] of Object.entries(MOVES)) {
  for (const [from, to] of Object.entries(moves)) {
    test(`${name} makes ${from} ${to}`, () => assert.equal(MARKS[name](record(from)).state, to));
  }
}

test("sending remembers the id in flight and counts the try", () => {
  const sent = begin(record("pending"));
  assert.deepEqual([sent.sentId, sent.tries, sent.id], ["old", 1, "old"]);
  assert.equal(begin(sent).id, "old");
});

test("a tap that can never pass dies with its reason, unless the wish has changed meanwhile", () => {
  assert.deepEqual([bury(record("sending"), "old", "Illisible.", 3000)].map(({ state, reason, settled }) => [state, reason, settled]), [["dead", "Illisible.", 3000]]);
  const changed = bury(record("pending", { id: "new", sentId: "old" }), "old", "", 3000);
  assert.deepEqual([changed.state, changed.sentId, changed.tries], ["pending", null, 0]);
});

for (const state of SETTLED) {
  test(`reading a record that is ${state} keeps the server's word as an overlay`, () => {
    const read = dismiss(record(state, { base: { s: "booked", v: 7 } }));
    assert.deepEqual([read.state, read.read, read.settled], ["applied", true, 2000]);
    assert.equal(view(read, { s: "free", v: 6 }).s, "booked");
  });
}
for (const state of WAITING) {
  test(`reading does nothing to a record that is ${state}`, () => assert.equal(dismiss(record(state)).state, state));
}

test("only read and long settled records retire", () => {
  const retires = (known, time) => {
    Date.now = () => time;
    return isRetired(known);
  };
  assert.equal(retires(record("applied", { read: true }), 2000 + 39 * DAY), false);
  assert.equal(retires(record("applied", { read: true }), 2000 + 41 * DAY), true);
  assert.equal(retires(record("applied"), 2000 + 41 * DAY), false);
  for (const state of [...WAITING, "rejected", "conflict", "dead"]) assert.equal(retires(record(state, { read: true }), 99 * DAY), false);
});

test("what a square shows: the wish while it waits, the server's word after", () => {
  for (const state of WAITING) {
    assert.deepEqual(view(record(state), MARKUP), { s: "free", want: "booked", q: state, over: true });
    assert.equal(view(record(state, { base: { s: "booked", v: 3 }, want: "free" }), MARKUP).s, "booked");
  }
  assert.deepEqual(view(record("rejected"), MARKUP), { s: "free", want: "free", q: "rejected", over: false });
  assert.deepEqual(view(record("conflict", { base: { s: "booked", v: 5 } }), MARKUP), { s: "booked", want: "booked", q: "conflict", over: true });
  assert.deepEqual(view(undefined, { s: "to_pay", v: 1 }), { s: "to_pay", want: "booked", q: "", over: false });
});

test("the oldest leave first, a hundred at most, and never what waits for a sign-in", () => {
  const many = Array.from({ length: 150 }, (_, place) => record("pending", { seq: 150 - place, square: `k.${place}` }));
  const batch = oldest([...many, record("auth", { seq: 0 }), record("applied", { seq: 0 })], 100);
  assert.equal(batch.length, 100);
  assert.deepEqual([batch[0].seq, batch[99].seq], [1, 100]);
});

test("the tray counts bookings, cancellations, what was taken back, cost and the nearest cutoff", () => {
  const sums = count([
    record("pending"), record("sending", { until: 8000 }), record("auth", { want: "free", base: { s: "booked", v: 1 }, until: 0 }),
    record("pending", { want: "free", tries: 1, until: 0 }), record("rejected"), record("applied"),
  ]);
  assert.deepEqual(sums, { waiting: 4, book: 2, back: 1, cancel: 1, auth: 1, cost: 455, nearest: 8000 });
});

test("a record of an older release is completed", () => {
  const old = whole({ account: "a", square: "k.1", want: "booked", id: "old", seq: 1, at: 1, seen: 4, state: "sending" });
  assert.deepEqual([old.base, old.tries, old.unit, old.read], [{ s: "free", v: 4 }, 0, null, false]);
  assert.ok(isWaiting(old));
  assert.equal(opposite(old.want), "free");
});
