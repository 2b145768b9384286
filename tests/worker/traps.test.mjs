// The two traps of the design, before anything else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { flush } from "../../service_worker/courier.js";
import { view } from "../../service_worker/wishes.js";
import { flip, FREE, phoneWith, recordOf, thumb, townHall } from "./phone.mjs";

const SQUARE = "k7w2m9qd.1842";

test("a stale fragment does not flip the next tap", async () => {
  const hall = townHall();
  const phone = await phoneWith({ fetch: hall.fetch });
  await flip(phone, SQUARE);
  await flush(phone);
  // The screen still shows the fragment from before: free, version 0.
  const applied = await recordOf(phone, SQUARE);
  assert.deepEqual(view(applied, FREE), { s: "booked", want: "booked", q: "", over: true });
  const next = await flip(phone, SQUARE, FREE);
  assert.equal(next.want, "free");
  assert.equal(next.state, "pending");
  assert.equal(next.seen, 1);
  await flip(phone, SQUARE, FREE);
  await flush(phone);
  assert.equal(hall.squares.get(SQUARE).state, "booked");
});

test("a double tap over a stale fragment still shows the server's last word", async () => {
  const hall = townHall();
  const phone = await phoneWith({ fetch: hall.fetch });
  await flip(phone, SQUARE);
  await flush(phone);
  await flip(phone, SQUARE);
  const back = await flip(phone, SQUARE);
  assert.equal(back.state, "applied");
  assert.equal(view(back, FREE).s, "booked");
  assert.equal(hall.requests, 1);
});

test("the overlay is dropped once a fragment at least as new is shown, and never before", async () => {
  const hall = townHall();
  const phone = await phoneWith({ fetch: hall.fetch });
  await flip(phone, SQUARE);
  await flush(phone);
  const record = await recordOf(phone, SQUARE);
  assert.equal(view(record, { s: "free", v: 0 }).s, "booked");
  assert.equal(view(record, { s: "booked", v: 1 }).over, false);
  assert.equal(view(record, { s: "free", v: 2 }).s, "free");
  // The month on the shelf may be older than the week just shown: the record is still there for it.
  assert.equal(view(await recordOf(phone, SQUARE), { s: "free", v: 0 }).s, "booked");
});

test("a cancellation tapped while the booking is in flight survives its verdict", async () => {
  const hall = townHall();
  let tapped;
  const phone = await phoneWith({
    fetch: async (url, options) => {
      if (!tapped) tapped = await thumb(phone, SQUARE, "free");
      return hall.fetch(url, options);
    },
  });
  const first = await thumb(phone, SQUARE, "booked");
  await flush(phone);
  assert.notEqual(tapped.id, first.id);
  assert.deepEqual(hall.effects.map(({ state }) => state), ["booked", "free"]);
  const record = await recordOf(phone, SQUARE);
  assert.equal(record.state, "applied");
  assert.equal(record.base.s, "free");
  assert.equal(hall.squares.get(SQUARE).state, "free");
});
