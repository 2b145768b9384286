// The courier against every answer, silence and death.

import assert from "node:assert/strict";
import { test } from "node:test";
import { flush } from "../../service_worker/courier.js";
import { relieve } from "../../service_worker/wishes.js";
import { ACCOUNT, answer, fakeLocks, phoneWith, recordOf, thumb, townHall } from "./phone.mjs";

const states = async (phone) => (await phone.store.records(ACCOUNT)).map(({ state }) => state);
const never = () => new Promise(() => {});

async function waitingPhone(fetch, taps = 1) {
  const phone = await phoneWith({ fetch });
  for (let n = 0; n < taps; n += 1) await thumb(phone, `k.${n}`, "booked");
  return phone;
}

test("a tap is posted once, as the protocol says, and its verdict is kept", async () => {
  let posted;
  const hall = townHall();
  const phone = await waitingPhone(async (url, options) => {
    posted = { url, ...options };
    return hall.fetch(url, options);
  });
  const { end } = await flush(phone);
  const settled = phone.answered;
  assert.equal(end, "empty");
  assert.deepEqual(settled.map(({ state, label }) => [state, label]), [["applied", "booked"]]);
  assert.equal(posted.url, "/taps");
  assert.deepEqual([posted.method, posted.keepalive, posted.redirect], ["POST", true, "error"]);
  const body = JSON.parse(posted.body);
  assert.equal(body.account, ACCOUNT);
  assert.equal(body.device, await phone.store.fact("device"));
  assert.deepEqual(Object.keys(body.taps[0]), ["id", "square", "want", "unit", "seq", "seen", "at"]);
  assert.equal(hall.requests, 1);
});

test("a sender that does not listen settles all the same, whatever the answer", async () => {
  for (const status of [200, 400]) {
    const hall = townHall();
    let posts = 0;
    const phone = await waitingPhone((url, options) => {
      posts += 1;
      assert.ok(posts < 5, "the same tap goes round and round");
      return status === 200 ? hall.fetch(url, options) : answer(400, { text: "Illisible." });
    });
    phone.heard = undefined;
    assert.equal((await flush(phone)).end, "empty");
    assert.equal(posts, 1);
    assert.deepEqual(await states(phone), [status === 200 ? "applied" : "dead"]);
  }
});

test("an empty queue asks nothing of the server", async () => {
  const phone = await phoneWith({ fetch: () => assert.fail() });
  assert.equal((await flush(phone)).end, "empty");
});

test("the oldest leave first, a hundred per post", async () => {
  const hall = townHall();
  const phone = await waitingPhone(hall.fetch, 150);
  await flush(phone);
  assert.deepEqual(hall.posts.map(({ ids }) => ids.length), [100, 50]);
  assert.ok(hall.posts[0].ids[0] < hall.posts[1].ids[0]);
  assert.deepEqual(new Set(await states(phone)), new Set(["applied"]));
});

test("a long body is not kept alive: browsers refuse it", async () => {
  let alive;
  const phone = await phoneWith({ fetch: async (url, options) => {
    alive = options.keepalive;
    return answer(500);
  } });
  for (let n = 0; n < 100; n += 1) await thumb(phone, `${"k".repeat(100)}.${n}`, "booked");
  await flush(phone);
  assert.equal(alive, false);
});

test("a tap kept during the round leaves in the same round", async () => {
  const hall = townHall();
  let late;
  const phone = await waitingPhone(async (url, options) => {
    late ||= await thumb(phone, "k.late", "booked");
    return hall.fetch(url, options);
  });
  await flush(phone);
  assert.equal(hall.requests, 2);
  assert.equal((await recordOf(phone, "k.late")).state, "applied");
});

for (const status of [500, 502, 503, 504, 429, 403, 404, 405, 302, 204]) {
  test(`a ${status} leaves the taps waiting and holds off`, async () => {
    const phone = await waitingPhone(async () => answer(status), 2);
    const { end, until } = await flush(phone);
    assert.equal(end, "offline");
    assert.equal(until, phone.time + 2000);
    assert.deepEqual(await states(phone), ["pending", "pending"]);
    assert.equal((await recordOf(phone, "k.0")).tries, 1);
  });
}

test("silence, a cut line, a lost answer and a hotel's page all leave the taps waiting", async () => {
  const broken = new Response("{\"now\": 1, \"verd", { status: 200 });
  const hotel = new Response("<html>Bienvenue", { status: 200 });
  const refusals = [() => { throw new TypeError("failed"); }, () => { throw new DOMException("", "TimeoutError"); }, () => broken, () => hotel, () => answer(200, {})];
  for (const refusal of refusals) {
    const phone = await waitingPhone(async () => refusal());
    assert.equal((await flush(phone)).end, "offline");
    assert.deepEqual(await states(phone), ["pending"]);
  }
});

test("the fetch carries a time limit of eight seconds", async () => {
  const plain = AbortSignal.timeout;
  const asked = [];
  AbortSignal.timeout = (time) => {
    asked.push(time);
    return plain.call(AbortSignal, 1);
  };
  const phone = await waitingPhone((url, { signal }) => new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    setTimeout(() => {}, 50);
  }));
  try {
    assert.equal((await flush(phone)).end, "offline");
  } finally {
    AbortSignal.timeout = plain;
  }
  assert.deepEqual(asked, [8000]);
});

test("failures hold off longer and longer, a success forgets them", async () => {
  const hall = townHall();
  let up = false;
  const phone = await waitingPhone((url, options) => (up ? hall.fetch(url, options) : answer(500)));
  const waits = [];
  for (let n = 0; n < 4; n += 1) waits.push((await flush(phone, { trigger: true })).until - phone.time);
  assert.deepEqual(waits, [2000, 5000, 15_000, 60_000]);
  assert.equal((await flush(phone)).end, "later");
  up = true;
  phone.time += 60_001;
  assert.equal((await flush(phone)).end, "empty");
  assert.equal(await phone.store.fact("backoff"), undefined);
});

test("Retry-After is respected even by triggers, but not by the parent's own order", async () => {
  let asked = 0;
  const phone = await waitingPhone(async () => {
    asked += 1;
    return answer(503, {}, { "Retry-After": "30" });
  });
  const { until } = await flush(phone);
  assert.ok(until >= phone.time + 30_000);
  assert.equal((await flush(phone, { trigger: true })).end, "later");
  assert.equal(asked, 1);
  await flush(phone, { force: true });
  assert.equal(asked, 2);
});

test("a town hall that slows the phone down loses none of its taps, and judges each once", async () => {
  const hall = townHall();
  let posts = 0;
  const slow = () => answer(429, { error: "too_many" }, { "Retry-After": "10" });
  const phone = await waitingPhone((url, options) => ((posts += 1) === 2 ? slow() : hall.fetch(url, options)), 120);
  const ids = (await phone.store.records(ACCOUNT)).map(({ id }) => id).sort();
  const { end, until } = await flush(phone);
  assert.deepEqual([end, hall.requests, until >= phone.time + 10_000], ["offline", 1, true]);
  assert.equal((await states(phone)).filter((state) => state === "pending").length, 20);
  phone.time = until + 1;
  assert.equal((await flush(phone)).end, "empty");
  assert.deepEqual([...new Set(await states(phone))], ["applied"]);
  assert.equal(hall.requests, 2);
  assert.deepEqual((await phone.store.records(ACCOUNT)).map(({ id }) => id).sort(), ids);
});

test("a lost session parks everything that waits, and it leaves with the same ids after the sign-in", async () => {
  const hall = townHall();
  let signedIn = false;
  const phone = await waitingPhone((url, options) => (signedIn ? hall.fetch(url, options) : answer(401, { error: "signed_out" })), 2);
  const ids = (await phone.store.records(ACCOUNT)).map(({ id }) => id);
  assert.equal((await flush(phone)).end, "auth");
  assert.deepEqual(await states(phone), ["auth", "auth"]);
  assert.equal((await flush(phone)).end, "empty");
  signedIn = true;
  await phone.store.edit(ACCOUNT, (records) => records.map(relieve));
  await flush(phone);
  assert.deepEqual(hall.posts[0].ids, ids);
  assert.deepEqual(await states(phone), ["applied", "applied"]);
});

test("another account's session leaves the taps untouched and hides them", async () => {
  const phone = await waitingPhone(async () => answer(409, { error: "account" }));
  assert.equal((await flush(phone)).end, "other");
  assert.deepEqual(await states(phone), ["pending"]);
  assert.equal((await flush(phone)).end, "hidden");
});

test("taps of another account than the phone's are not sent, whoever asks", async () => {
  const phone = await phoneWith({ fetch: () => assert.fail() });
  await thumb(phone, "k.1", "booked", undefined, { account: "other" });
  assert.equal((await flush(phone)).end, "empty");
  assert.equal((await flush({ ...phone, account: "other" })).end, "hidden");
  await phone.store.setFact("account", () => undefined);
  assert.equal((await flush(phone)).end, "hidden");
});

for (const status of [400, 413]) {
  test(`a ${status} is narrowed down to the guilty tap, which dies aloud; the others pass`, async () => {
    const hall = townHall();
    const phone = await waitingPhone((url, options) =>
      (options.body.includes("\"k.5\"") ? answer(status, { error: "bad", text: "Tap illisible." }) : hall.fetch(url, options)), 9);
    const { end } = await flush(phone);
  const settled = phone.answered;
    assert.equal(end, "empty");
    const dead = await recordOf(phone, "k.5");
    assert.deepEqual([dead.state, dead.reason, dead.read], ["dead", "Tap illisible.", false]);
    assert.equal((await states(phone)).filter((state) => state === "applied").length, 8);
    assert.equal(settled.length, 9);
  });
}

test("a silence in the middle of a split loses nothing", async () => {
  let posts = 0;
  const phone = await waitingPhone(async () => {
    posts += 1;
    return posts === 1 ? answer(413) : answer(500);
  }, 4);
  assert.equal((await flush(phone)).end, "offline");
  assert.deepEqual(await states(phone), ["pending", "pending", "pending", "pending"]);
});

test("an answer that forgets a tap leaves that one waiting", async () => {
  const hall = townHall();
  const phone = await waitingPhone(async (url, options) => {
    const content = await (await hall.fetch(url, options)).json();
    return answer(200, { ...content, verdicts: content.verdicts.slice(1) });
  }, 2);
  assert.equal((await flush(phone)).end, "offline");
  assert.deepEqual(await states(phone), ["pending", "applied"]);
});

test("killed in the middle: the next sender finds the tap in flight and sends the same id", async () => {
  for (const reached of [false, true]) {
    const hall = townHall();
    let alive = false;
    const phone = await waitingPhone((url, options) => {
      if (alive) return hall.fetch(url, options);
      if (reached) hall.read(options.body);
      return never();
    });
    flush(phone);
    await new Promise(setImmediate);
    assert.deepEqual(await states(phone), ["sending"]);
    const { id } = await recordOf(phone, "k.0");
    phone.locks.kill();
    alive = true;
    await flush(phone);
    assert.ok(hall.posts.every(({ ids }) => ids[0] === id));
    assert.equal(hall.effects.length, 1);
    assert.deepEqual(await states(phone), ["applied"]);
  }
});

test("two tabs and a worker make one post", async () => {
  const hall = townHall();
  const phone = await waitingPhone(hall.fetch, 3);
  const ends = await Promise.all([flush(phone), flush({ ...phone }), flush({ ...phone })]);
  assert.deepEqual(ends.map(({ end }) => end).sort(), ["busy", "busy", "empty"]);
  assert.equal(hall.requests, 1);
});

test("a background sync waits for the page that is sending and takes over when it dies", async () => {
  const hall = townHall();
  let alive = false;
  const phone = await waitingPhone((url, options) => (alive ? hall.fetch(url, options) : never()));
  flush(phone);
  await new Promise(setImmediate);
  const sync = flush(phone, { wait: true, trigger: true });
  alive = true;
  phone.locks.kill();
  assert.equal((await sync).end, "empty");
  assert.deepEqual(await states(phone), ["applied"]);
});

test("without Web Locks two senders do no harm", async () => {
  const hall = townHall();
  const phone = await waitingPhone(hall.fetch, 3);
  phone.locks = undefined;
  await Promise.all([flush(phone), flush({ ...phone })]);
  assert.equal(hall.effects.length, 3);
  assert.deepEqual(new Set(await states(phone)), new Set(["applied"]));
});

test("the town hall's clock is learnt from the answer", async () => {
  const phone = await waitingPhone(townHall({ now: () => 9_000_000 }).fetch);
  await flush(phone);
  assert.equal((await phone.store.fact("clock")).offset, 8_000_000);
});

test("other tabs are told when the taps leave and when they are answered", async () => {
  const phone = await waitingPhone(townHall().fetch);
  await flush(phone);
  assert.deepEqual(phone.told, [{ type: "queue" }, { type: "queue" }]);
});

test("a refusal gives the square back with its reason", async () => {
  const phone = await waitingPhone(townHall({ judge: () => "La limite était jeudi à 10 h." }).fetch);
  await flush(phone);
  const settled = phone.answered;
  assert.deepEqual(settled.map(({ state, reason, base, read }) => [state, reason, base.s, read]),
    [["rejected", "La limite était jeudi à 10 h.", "free", false]]);
});

test("the lock lets the next one in after a failure inside", async () => {
  const phone = await waitingPhone(townHall().fetch);
  const broken = { ...phone, store: { ...phone.store, edit: () => Promise.reject(new Error("disk")) } };
  await assert.rejects(flush(broken), /disk/);
  assert.equal((await flush(phone)).end, "empty");
  assert.ok(fakeLocks());
});
