// A phone that slept through releases: what the first ones left on the disk is read, sent once and answered by today's
// code, and an old page goes on beside a new worker. releases/N holds the queue's modules as release N had them.

import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { beforeEach, test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { flush } from "../../service_worker/courier.js";
import { isWaiting } from "../../service_worker/reducer.js";
import { closeStore, store } from "../../service_worker/store.js";
import { relieve, view } from "../../service_worker/wishes.js";
import { ACCOUNT, answer, FREE, phoneWith, townHall } from "./phone.mjs";

const RELEASES = readdirSync(new URL("./releases", import.meta.url)).filter((name) => /^\d+$/.test(name));

async function release(number) {
  const load = (name) => import(`./releases/${number}/${name}.js`);
  const [courier, kept, wishes] = await Promise.all(["courier", "store", "wishes"].map(load));
  kept.closeStore();
  let ids = 0;
  const touch = (square, want = "booked") => kept.store.change(ACCOUNT, square, (known, seq) => wishes.tap(known, {
    account: ACCOUNT, square, want, unit: null, id: `old-${number}-${ids += 1}`, seq, at: 1, price: 455, until: 0, name: square,
  }, FREE));
  const send = async (fetch) => courier.flush({
    ...await phoneWith({ store: kept.store, fetch }), random: () => 0.5, uuid: () => crypto.randomUUID(),
  }, { force: true, trigger: true });
  return { ...kept, touch, send };
}

beforeEach(() => {
  closeStore();
  globalThis.indexedDB = new IDBFactory();
});

// Every state a record can be in, made by that release's own code.
async function fill(old, hall) {
  await old.touch("k.applied");
  await old.send(hall.fetch);
  await old.touch("k.refused");
  await old.send(hall.fetch);
  await old.touch("k.dead");
  await old.send(() => answer(400, { text: "Illisible." }));
  await old.touch("k.auth");
  await old.send(() => answer(401));
  await old.touch("k.lost");
  await old.send((url, letter) => {
    hall.read(letter.body); // arrived, but the answer is lost
    return Promise.reject(new TypeError("network"));
  });
  await old.touch("k.killed");
  void old.send(() => new Promise(() => {})); // in flight when the phone dies
  await new Promise((resolve) => setTimeout(resolve, 20));
  await old.touch("k.pending");
}

for (const number of RELEASES) {
  test(`all that release ${number} left on the disk is read, sent once and answered`, async () => {
    const hall = townHall({ judge: (key) => (key === "k.refused" ? "Trop tard." : null) });
    const old = await release(number);
    await fill(old, hall);
    old.closeStore();
    const before = await store.records(ACCOUNT);
    assert.deepEqual(before.map(({ square, state }) => [square, state]).sort(), [
      ["k.applied", "applied"], ["k.auth", "auth"], ["k.dead", "dead"], ["k.killed", "sending"], ["k.lost", "sending"],
      ["k.pending", "pending"], ["k.refused", "rejected"],
    ]);
    await store.edit(ACCOUNT, (records) => records.map(relieve)); // the same account has signed in
    const phone = await phoneWith({ store, fetch: hall.fetch });
    assert.equal((await flush(phone, { force: true })).end, "empty");
    const after = Object.fromEntries((await store.records(ACCOUNT)).map((record) => [record.square, record]));
    assert.ok(!Object.values(after).some(isWaiting));
    for (const key of ["k.auth", "k.lost", "k.killed", "k.pending"]) {
      assert.equal(after[key].state, "applied", key);
      assert.equal(hall.effects.filter((effect) => effect.key === key).length, 1, key);
      assert.equal(view(after[key], FREE).s, "booked");
    }
    assert.deepEqual([after["k.refused"].state, after["k.refused"].reason], ["rejected", "Trop tard."]);
    assert.deepEqual([after["k.dead"].state, after["k.dead"].reason], ["dead", "Illisible."]);
  });

  test(`a page of release ${number} goes on beside today's worker, and back`, async () => {
    const hall = townHall();
    const old = await release(number);
    await store.records(ACCOUNT); // today's worker has opened (and upgraded) the store
    await old.touch("k.1");
    await flush(await phoneWith({ store, fetch: hall.fetch }));
    assert.equal((await old.store.records(ACCOUNT))[0].state, "applied");
    await old.touch("k.1", "free"); // the old page knows the new worker's verdict
    await old.send(hall.fetch);
    const [record] = await store.records(ACCOUNT);
    assert.deepEqual([record.state, record.want], ["applied", "free"]);
    assert.deepEqual(hall.effects.map(({ state }) => state), ["booked", "free"]);
    old.closeStore();
  });
}

test("a batch of a release this server does not know stays on the phone", async () => {
  const phone = await phoneWith({ store, fetch: () => answer(503, { error: "newer" }, { "Retry-After": "300" }) });
  const old = await release(RELEASES[0]);
  await old.touch("k.1");
  assert.equal((await flush(phone)).end, "offline");
  assert.equal((await store.records(ACCOUNT))[0].state, "pending");
  old.closeStore();
});
