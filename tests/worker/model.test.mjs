// A seeded torture without a browser: random thumbs, lost answers, kills, refusals of the network, several senders.
//
// At each calm the town hall holds the last wish of every square, nothing was done twice, and no tap is without a verdict.

import assert from "node:assert/strict";
import { test } from "node:test";
import { flush } from "../../service_worker/courier.js";
import { isWaiting } from "../../service_worker/reducer.js";
import { dismiss, relieve, view } from "../../service_worker/wishes.js";
import { ACCOUNT, answer, flip, phoneWith, recordOf, townHall } from "./phone.mjs";

const STEPS = 4000;
const SQUARES = ["k.1", "k.2", "k.3", "k.4", "m.1"];

function dice(seed) {
  let state = seed;
  const next = () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
  return { next, pick: (list) => list[Math.floor(next() * list.length)], chance: (part) => next() < part };
}

// refuse: nothing arrives; lose: it arrives, the answer does not; late: it arrives after everything else;
// kill and killLate: the sender dies before or after the town hall has read it.
const WEATHER = ["pass", "pass", "pass", "refuse", "lose", "late", "kill", "killLate", 500, 503, 401, 429];

function network(hall, chance, phone) {
  const drifting = [];
  const fetch = async (url, { body }) => {
    const weather = phone.calm ? "pass" : chance.pick(WEATHER);
    await phone.between?.();
    if (typeof weather === "number") return answer(weather, { error: "x" });
    if (weather === "refuse") throw new TypeError("failed");
    if (weather === "late") drifting.push(body);
    if (weather === "lose" || weather === "killLate") hall.read(body);
    if (weather === "kill" || weather === "killLate") {
      phone.locks.kill();
      return new Promise(() => {});
    }
    if (weather !== "pass") throw new DOMException("", "TimeoutError");
    return hall.read(body);
  };
  return { fetch, arrive: () => drifting.splice(0).forEach((body) => hall.read(body)) };
}

async function torture(seed) {
  const chance = dice(seed);
  const hall = townHall();
  const phone = await phoneWith();
  const { fetch, arrive } = network(hall, chance, phone);
  phone.fetch = fetch;
  const screen = new Map(SQUARES.map((square) => [square, { s: "free", v: 0 }]));
  const wishes = new Map();
  const thumb = async () => {
    const square = chance.pick(SQUARES);
    const record = await flip(phone, square, screen.get(square));
    // What the parent sees after the tap is what they want.
    wishes.set(square, view(record, screen.get(square)).want);
  };
  // A fragment may be as old as one likes: it shows some state the square has really had.
  const look = () => {
    const square = chance.pick(SQUARES);
    const known = hall.squares.get(square);
    if (known) screen.set(square, { s: known.state === "booked" ? "booked" : "free", v: known.version });
  };
  phone.between = async () => { if (chance.chance(0.3)) await thumb(); };
  const steps = {
    thumb, look, arrive: () => chance.chance(0.2) && arrive(),
    send: async () => void await Promise.race([flush(phone, { trigger: true }), new Promise((resolve) => setImmediate(resolve))]),
    both: () => Promise.race([Promise.all([flush(phone), flush({ ...phone }, { trigger: true })]), new Promise((resolve) => setImmediate(resolve))]),
    wait: () => { phone.time += chance.next() * 400_000; },
    signIn: () => phone.store.edit(ACCOUNT, (records) => records.map(relieve)),
    read: () => phone.store.edit(ACCOUNT, (records) => records.map(dismiss)),
  };
  const names = ["thumb", "thumb", "thumb", "send", "send", "both", "look", "arrive", "wait", "signIn", "read"];
  // The weather clears, one more thumb falls while the taps are in flight, and everything must come out right.
  const settleDown = async () => {
    Object.assign(phone, { calm: true, between: async () => void await (tapped ||= thumb()) });
    let tapped;
    arrive();
    phone.locks.kill();
    await steps.signIn();
    assert.equal((await flush(phone, { force: true, wait: true })).end, "empty");
    await check(hall, phone, wishes);
    Object.assign(phone, { calm: false, between });
  };
  const { between } = phone;
  for (let n = 1; n <= STEPS; n += 1) {
    await steps[chance.pick(names)]();
    if (n % 40 === 0) await settleDown();
  }
  return hall;
}

async function check(hall, phone, wishes) {
  for (const [square, want] of wishes) {
    assert.equal(hall.squares.get(square)?.state || "free", want, square);
    const record = await recordOf(phone, square);
    assert.equal(isWaiting(record), false);
    assert.equal(view(record, { s: "free", v: -1 }).s, want);
  }
}

for (const seed of [1, 7, 42, 2026, 31_337]) {
  test(`seed ${seed}: the last wish holds, once, and every tap has its verdict`, async () => {
    const hall = await torture(seed);
    assert.ok(hall.effects.length > 50, "the torture did something");
    for (const square of SQUARES) {
      const changes = hall.effects.filter(({ key }) => key === square).map(({ state }) => state);
      changes.forEach((state, place) => assert.equal(state, place % 2 ? "free" : "booked", "an effect was doubled"));
    }
  });
}

test("a courier that settled by square instead of by id would be caught", async () => {
  const hall = townHall();
  const phone = await phoneWith();
  // The wrong courier: every answer settles whatever the square holds now.
  phone.fetch = async (url, { body }) => {
    await flip(phone, "k.1");
    const { now, verdicts } = await hall.read(body).json();
    const current = await recordOf(phone, "k.1");
    return answer(200, { now, verdicts: verdicts.map((verdict) => ({ ...verdict, id: current.id })) });
  };
  await flip(phone, "k.1");
  await flush({ ...phone, fetch: phone.fetch });
  assert.equal((await recordOf(phone, "k.1")).state, "pending", "a verdict under another id settles nothing");
});
