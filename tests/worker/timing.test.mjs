// Waiting after failures, and the town hall's clock.

import assert from "node:assert/strict";
import { test } from "node:test";
import { holdOff, mustWait, setClock } from "../../service_worker/timing.js";

test("the steps are 2, 5, 15, 60 and then 300 seconds", () => {
  let pause;
  const waits = [];
  for (let turn = 0; turn < 7; turn += 1) {
    pause = holdOff(pause, 0, 0.5);
    waits.push(pause.until / 1000);
  }
  assert.deepEqual(waits, [2, 5, 15, 60, 300, 300, 300]);
});

test("jitter stays within a fifth either way", () => {
  assert.equal(holdOff(undefined, 0, 0).until, 1600);
  assert.ok(holdOff(undefined, 0, 0.999).until < 2400);
});

test("Retry-After wins, is never undercut by jitter, and is capped", () => {
  assert.equal(holdOff(undefined, 0, 0, 30).until, 30_000);
  assert.ok(holdOff(undefined, 0, 1, 30).until <= 36_000);
  assert.equal(holdOff(undefined, 0, 0, 99_999).until, 300_000);
  assert.equal(holdOff(undefined, 0, 0.5, Number.NaN).until, 2000);
});

test("a trigger ends our own waiting, an order ends the server's", () => {
  const own = holdOff(undefined, 0, 0.5);
  const asked = holdOff(undefined, 0, 0.5, 30);
  assert.equal(mustWait(own, 1000), true);
  assert.equal(mustWait(own, 1000, { trigger: true }), false);
  assert.equal(mustWait(asked, 1000, { trigger: true }), true);
  assert.equal(mustWait(asked, 1000, { force: true }), false);
  assert.equal(mustWait(asked, asked.until), false);
  assert.equal(mustWait(undefined, 1000), false);
});

test("a phone whose clock was moved back does not wait for days", () => {
  assert.equal(mustWait({ step: 0, until: 86_400_000 }, 0), false);
});

test("the offset is the server's time against the middle of the round trip", () => {
  assert.deepEqual(setClock(undefined, 1000, 1200, 5100), { offset: 4000, rtt: 200, at: 1200 });
});

test("the smallest round trip is kept, for an hour, or until the phone's clock jumps", () => {
  const good = setClock(undefined, 1000, 1050, 5000);
  assert.equal(setClock(good, 2000, 2900, 6000), good);
  assert.notEqual(setClock(good, 2000, 2040, 6000), good);
  assert.notEqual(setClock(good, 4_000_000, 4_000_900, 4_005_000), good);
  assert.notEqual(setClock({ ...good, at: 9_000_000 }, 2000, 2900, 6000).at, 9_000_000);
});

test("an answer without a time is no sample", () => {
  assert.equal(setClock(undefined, 1, 2, undefined), undefined);
});
