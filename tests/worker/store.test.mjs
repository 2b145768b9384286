// The queue on the disk: durability, sequence numbers, older and newer releases of itself.

import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { IDBFactory } from "fake-indexeddb";
import { flush } from "../../service_worker/courier.js";
import { closeStore, letGo, store } from "../../service_worker/store.js";
import { tap } from "../../service_worker/wishes.js";
import { ACCOUNT, FREE, phoneWith, townHall } from "./phone.mjs";

beforeEach(() => {
  closeStore();
  globalThis.indexedDB = new IDBFactory();
});

const touch = (square, account = ACCOUNT) => store.change(account, square, (known, seq) =>
  tap(known, { account, square, want: "booked", unit: null, id: `id-${seq}`, seq, at: 1, price: 0, until: 0, name: "" }, FREE));

function opened(version, upgrade = () => {}) {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("marelle", version);
    request.onupgradeneeded = () => upgrade(request.result);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

test("a tap is kept under its account and square, and read back after the connection is lost", async () => {
  await touch("k.1");
  closeStore();
  const [record] = await store.records(ACCOUNT);
  assert.deepEqual([record.square, record.state, record.seq], ["k.1", "pending", 1]);
});

test("one record per square, one sequence for the phone, also when taps come at once", async () => {
  await Promise.all([touch("k.1"), touch("k.2"), touch("k.3"), touch("k.1")]);
  const records = await store.records(ACCOUNT);
  assert.equal(records.length, 3);
  assert.deepEqual(records.map(({ seq }) => seq).sort(), [2, 3, 4]);
  assert.equal(await store.fact("seq"), 4);
});

test("another account's records are not in the way", async () => {
  await Promise.all([touch("k.1"), touch("k.1", "q3abcd"), touch("k.2", "zz")]);
  assert.deepEqual((await store.records(ACCOUNT)).map(({ account }) => account), [ACCOUNT]);
  await store.drop(ACCOUNT, () => true);
  assert.equal((await store.records("zz")).length, 1);
});

test("writing is strict and is over only after oncomplete", async () => {
  await touch("k.0");
  const db = await opened();
  const plain = Object.getPrototypeOf(db).transaction;
  const asked = [];
  let complete = false;
  Object.getPrototypeOf(db).transaction = function spied(names, mode, options) {
    const transaction = plain.call(this, names, mode, options);
    asked.push([mode, options?.durability]);
    transaction.addEventListener("complete", () => { complete = true; });
    return transaction;
  };
  try {
    await touch("k.1");
  } finally {
    Object.getPrototypeOf(db).transaction = plain;
    db.close();
  }
  assert.deepEqual(asked, [["readwrite", "strict"]]);
  assert.ok(complete);
});

test("a failed write is a failure, and leaves what was there", async () => {
  await touch("k.1");
  await assert.rejects(store.change(ACCOUNT, "k.1", () => ({ account: ACCOUNT })));
  await assert.rejects(store.change(ACCOUNT, "k.1", () => { throw new Error("no"); }), /no/);
  assert.equal((await store.records(ACCOUNT))[0].id, "id-1");
  assert.equal(await store.fact("seq"), 1);
});

test("a fact is changed in one transaction", async () => {
  await Promise.all(Array.from({ length: 20 }, () => store.setFact("n", (known = 0) => known + 1)));
  assert.equal(await store.fact("n"), 20);
  await store.setFact("n", () => undefined);
  assert.equal(await store.fact("n"), undefined);
});

// As release 1 left it on the disk: no facts drawer, records without what came later, one of them in flight.
const FIRST_SCHEMA = [
  { account: ACCOUNT, square: "k.1", want: "booked", id: "old-1", seq: 7, at: 1, seen: 0, state: "sending", sentId: "old-1" },
  { account: ACCOUNT, square: "k.2", want: "free", id: "old-2", seq: 8, at: 2, seen: 0, state: "pending" },
];

test("the previous release's queue is read and sent with the same ids", async () => {
  const old = await opened(1, (db) => {
    const taps = db.createObjectStore("taps", { keyPath: ["account", "square"] });
    FIRST_SCHEMA.forEach((record) => taps.put(record));
  });
  old.close();
  const hall = townHall();
  const phone = await phoneWith({ store, fetch: hall.fetch });
  await flush(phone);
  assert.deepEqual(hall.posts[0].ids, ["old-1", "old-2"]);
  assert.deepEqual((await store.records(ACCOUNT)).map(({ state }) => state), ["applied", "applied"]);
});

test("an old page goes on saving after a newer release has upgraded", async () => {
  await touch("k.1");
  const newer = await opened(3);
  newer.close();
  await touch("k.2");
  assert.equal((await store.records(ACCOUNT)).length, 2);
});

test("a page lets go when a newer release wants to upgrade", async () => {
  await touch("k.1");
  const newer = await opened(3);
  assert.equal(newer.version, 3);
  newer.close();
});

test("an upgrade that another page blocks is reported, then tried again", async () => {
  const stubborn = await opened(1, (db) => db.createObjectStore("taps", { keyPath: ["account", "square"] }));
  mock.timers.enable({ apis: ["setTimeout"] });
  const refused = assert.rejects(touch("k.1"), /blocked/);
  mock.timers.tick(3000);
  await refused;
  mock.timers.reset();
  stubborn.close();
  await touch("k.1");
  assert.equal((await store.records(ACCOUNT)).length, 1);
});

test("a page that leaves lets go of what it has under way, and the store is open to the next", async () => {
  await store.records("a1");  // the connection is open
  const leaving = store.change("a1", "left.1", (known, seq) => ({ account: "a1", square: "left.1", seq }));
  const refused = assert.rejects(leaving);
  for (let step = 0; step < 5; step += 1) await null;
  letGo();
  await refused;
  letGo();
  assert.equal((await store.change("a1", "left.2", (known, seq) => ({ account: "a1", square: "left.2", seq }))).square, "left.2");
  assert.ok(!(await store.records("a1")).some(({ square }) => square === "left.1"));
});
