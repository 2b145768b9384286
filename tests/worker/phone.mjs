// A phone without a browser: a store in memory with the real store's manners, a lock, a clock, and a small town hall.

import { whole } from "../../service_worker/reducer.js";
import { tap, view, opposite } from "../../service_worker/wishes.js";

export const ACCOUNT = "q3abc";

export function memoryStore() {
  const taps = new Map();
  const meta = new Map();
  const of = (account) => [...taps.values()].filter((record) => record.account === account).map(whole);
  const put = (record) => taps.set(`${record.account}|${record.square}`, structuredClone(record));
  return {
    change: async (account, square, decide) => {
      const seq = (meta.get("seq") || 0) + 1;
      const known = taps.get(`${account}|${square}`);
      const record = decide(known && whole(known), seq);
      meta.set("seq", seq);
      put(record);
      return record;
    },
    edit: async (account, change) => {
      const changed = change(of(account));
      changed.forEach(put);
      return changed;
    },
    drop: async (account, isOver) => of(account).filter(isOver).forEach(({ square }) => taps.delete(`${account}|${square}`)),
    records: async (account) => of(account),
    fact: async (key) => meta.get(key),
    setFact: async (key, change) => {
      meta.set(key, change(meta.get(key)));
      return meta.get(key);
    },
  };
}

// Like navigator.locks for one origin; release() is what the death of a holder does.
export function fakeLocks() {
  const held = new Map();
  const waiting = [];
  const free = (name, token) => {
    if (held.get(name) !== token) return;
    held.delete(name);
    waiting.shift()?.();
  };
  return {
    kill: () => [...held].forEach(([name, token]) => free(name, token)),
    async request(name, { ifAvailable }, work) {
      if (held.has(name) && ifAvailable) return work(null);
      if (held.has(name)) await new Promise((resolve) => waiting.push(resolve));
      const token = {};
      held.set(name, token);
      try {
        return await work({ name });
      } finally {
        free(name, token);
      }
    },
  };
}

// No jitter in the tests.
Math.random = () => 0.5;

let ids = 0;
const uuid = () => `id-${String((ids += 1)).padStart(6, "0")}`;

export async function phoneWith(changes = {}) {
  const phone = {
    store: memoryStore(), locks: fakeLocks(), time: 1_000_000, told: [], ...changes,
  };
  phone.now ??= () => phone.time;
  phone.tell = (message) => phone.told.push(message);
  phone.answered = [];
  phone.heard = (records) => phone.answered.push(...records.filter(({ settled }) => settled));
  await phone.store.setFact("account", () => ACCOUNT);
  return phone;
}

export const FREE = { s: "free", v: 0 };

export const thumb = (phone, square, want, markup = FREE, more = {}) =>
  phone.store.change(more.account || ACCOUNT, square, (known, seq) => tap(known, {
    account: ACCOUNT, square, want, unit: null, id: uuid(), seq, at: phone.now(), price: 455, until: 0, name: `${square} : `, ...more,
  }, markup));

// As a parent does it: the opposite of what is on screen.
export async function flip(phone, square, markup = FREE) {
  const record = (await phone.store.records(ACCOUNT)).find((known) => known.square === square);
  return thumb(phone, square, opposite(view(record, markup).want), markup);
}

export const recordOf = async (phone, square, account = ACCOUNT) =>
  (await phone.store.records(account)).find((record) => record.square === square);

export const answer = (status, content = {}, headers = {}) =>
  new Response(status === 204 ? null : JSON.stringify(content), { status, headers });

// The server's side of docs/protocol.md for one account, with its own memory of verdicts and of what it did.
export function townHall({ now = () => 5_000_000, judge = () => null } = {}) {
  const squares = new Map();
  const verdicts = new Map();
  const lastSeq = new Map();
  const hall = { squares, effects: [], posts: [], requests: 0 };
  const squareOf = (key) => squares.get(key) || { state: "free", version: 0, by: [] };

  hall.change = (key, state, by) => {
    const square = squareOf(key);
    const next = { state, version: square.version + 1, by: [...square.by, by] };
    squares.set(key, next);
    hall.effects.push({ key, state, by });
    return next;
  };

  function decide(device, { square: key, want, seq, seen }) {
    const square = squareOf(key);
    const slot = `${device}|${key}`;
    const say = (outcome, code, reason = "") => ({ outcome, code, reason, state: squareOf(key).state, label: squareOf(key).state, version: squareOf(key).version });
    if (seq < (lastSeq.get(slot) || 0)) return say("superseded", "superseded");
    // A square changed only by this very device since it was seen is no surprise to its parent.
    if (square.by.slice(seen).some((by) => by !== device)) return say("conflict", "conflict", "Modifié par l’autre parent.");
    lastSeq.set(slot, seq);
    const refusal = judge(key, want);
    if (refusal) return say("rejected", "cutoff", refusal);
    const state = want === "booked" ? "booked" : "free";
    if (state !== square.state) hall.change(key, state, device);
    return say("applied", state);
  }

  hall.read = (body) => {
    const { account, device, taps } = JSON.parse(body);
    hall.requests += 1;
    hall.posts.push({ account, device, ids: taps.map(({ id }) => id) });
    if (account !== ACCOUNT) return answer(409, { error: "account" });
    const said = taps.map((one) => {
      const digest = JSON.stringify(one);
      const known = verdicts.get(one.id);
      if (known && known.digest !== digest) throw new Error(`id ${one.id} reused with other content`);
      const verdict = known?.verdict || { id: one.id, square: one.square, ...decide(device, one) };
      verdicts.set(one.id, { digest, verdict });
      return verdict;
    });
    return answer(200, { now: now(), verdicts: said });
  };
  hall.fetch = async (url, { body }) => hall.read(body);
  return hall;
}
