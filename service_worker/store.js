// Keeps the queue in IndexedDB: one record per account and square, and a drawer of facts about this phone.

import { whole } from "./reducer.js";

let opening;
const alive = new Set();

const outcome = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

// A page that leaves takes nothing under way with it: Safari lets it sleep for Back, and a transaction asleep shuts the
// store to every other page and to the worker, for good.
export function letGo() {
  for (const transaction of alive) stop(transaction);
}

function stop(transaction) {
  try {
    transaction.abort();
  } catch { /* it has just ended */ }
}

export function closeStore() {
  opening?.then((db) => db.close(), () => {});
  opening = undefined;
}

// An older page lets go for a newer one to upgrade; one that holds on is reported as a failure, not waited for.
async function connect(version) {
  const request = indexedDB.open("marelle", version);
  const blocked = new Promise((_, reject) => setTimeout(reject, 3000, new Error("blocked")));
  const attended = outcome(request).then((db) => {
    db.onclose = db.onversionchange = () => [db.close(), closeStore()];
    return db;
  });
  request.onupgradeneeded = () => {
    const { result } = request;
    const known = result.objectStoreNames;
    if (!known.contains("taps")) result.createObjectStore("taps", { keyPath: ["account", "square"] });
    if (!known.contains("meta")) result.createObjectStore("meta");
  };
  return Promise.race([attended, blocked]);
}

// Safari loses its connections when it feels like it: a second opening cures that. Without a version, whatever is there
// is opened: an old page goes on saving taps after a newer one has upgraded.
async function begun(mode, again) {
  try {
    opening ??= connect(again ? undefined : 2);
    return (await opening).transaction(["taps", "meta"], mode, { durability: "strict" });
  } catch (fault) {
    opening = undefined;
    if (again || fault.message === "blocked") throw fault;
    return begun(mode, true);
  }
}

// Resolves after oncomplete only: what has been said to be kept is on the disk. A store that does not answer is a failure.
async function transact(mode, work) {
  const transaction = await begun(mode);
  const limit = setTimeout(stop, 10_000, transaction);
  alive.add(transaction);
  return new Promise((resolve, reject) => {
    const working = work(transaction.objectStore("taps"), transaction.objectStore("meta"));
    transaction.oncomplete = () => resolve(working);
    transaction.onabort = () => reject(transaction.error);
    working.catch((fault) => {
      reject(fault);
      stop(transaction);
    });
  }).finally(() => {
    clearTimeout(limit);
    alive.delete(transaction);
  });
}

const recordsIn = async (taps, account) =>
  (await outcome(taps.getAll(IDBKeyRange.bound([account], [account, []])))).map(whole);

export const store = {
  // decide(record, seq) returns the record to keep. The sequence number is drawn in the same transaction:
  // two tabs can never give the same one.
  change: (account, square, decide) => transact("readwrite", async (taps, meta) => {
    const [known, last = 0] = await Promise.all([outcome(taps.get([account, square])), outcome(meta.get("seq"))]);
    const record = decide(known && whole(known), last + 1);
    meta.put(last + 1, "seq");
    taps.put(record);
    return record;
  }),

  // change(records) returns those to write back; the others stay as they are.
  edit: (account, change) => transact("readwrite", async (taps) => {
    const changed = change(await recordsIn(taps, account));
    changed.forEach((record) => taps.put(record));
    return changed;
  }),

  drop: (account, isOver) => transact("readwrite", async (taps) => {
    for (const record of await recordsIn(taps, account)) if (isOver(record)) taps.delete([account, record.square]);
  }),

  records: (account) => transact("readonly", (taps) => recordsIn(taps, account)),

  fact: (key) => transact("readonly", (taps, meta) => outcome(meta.get(key))),

  // change(value) returns the new value; undefined forgets it.
  setFact: (key, change) => transact("readwrite", async (taps, meta) => {
    const value = change(await outcome(meta.get(key)));
    meta.put(value, key);
    return value;
  }),
};
