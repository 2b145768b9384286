// A disk under fake-indexeddb: every committed transaction is a line of a file before anybody hears "complete".
//
// kill -9 of the process then means what it means to a phone: what had been said to be kept is there at the next start,
// what was under way is wholly there or not at all.

import "../../../worker/node_modules/fake-indexeddb/auto/index.mjs";
import { appendFileSync, existsSync, readFileSync } from "node:fs";

const changes = new WeakMap();

function recording(prototype, name, line) {
  const plain = prototype[name];
  prototype[name] = function recorded(...args) {
    const request = plain.apply(this, args);
    const list = changes.get(this.transaction) ?? [];
    list.push(line(this.name, args));
    changes.set(this.transaction, list);
    return request;
  };
}

// The listener stands before the application's oncomplete: nobody is told before the line is in the file.
function keeping(file) {
  const { prototype } = IDBDatabase;
  const plain = prototype.transaction;
  prototype.transaction = function kept(...args) {
    const transaction = plain.apply(this, args);
    transaction.addEventListener("complete", () => {
      const list = changes.get(transaction);
      if (list) appendFileSync(file, `${JSON.stringify(list)}\n`);
    });
    return transaction;
  };
}

const outcome = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

// Read before recording begins: the lines of an earlier life are not written again.
async function restore(file) {
  const opening = indexedDB.open("marelle", 2);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("taps", { keyPath: ["account", "square"] });
    opening.result.createObjectStore("meta");
  };
  const db = await outcome(opening);
  const transaction = db.transaction(["taps", "meta"], "readwrite");
  for (const [verb, store, value, key] of linesOf(file).flat()) {
    const drawer = transaction.objectStore(store);
    if (verb === "delete") drawer.delete(value);
    else if (key === undefined) drawer.put(value);
    else drawer.put(value, key);
  }
  await new Promise((resolve) => { transaction.oncomplete = resolve; });
  db.close();
}

// A line cut by the kill is a transaction that was never kept. JSON has no undefined: it comes back as a missing value.
function linesOf(file) {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8").split("\n").slice(0, -1).map((line) => JSON.parse(line))
    .map((list) => list.map(([verb, store, value, key]) => [verb, store, value ?? undefined, key ?? undefined]));
}

export async function mount(file) {
  await restore(file);
  recording(IDBObjectStore.prototype, "put", (store, [value, key]) => ["put", store, value, key]);
  recording(IDBObjectStore.prototype, "delete", (store, [key]) => ["delete", store, key]);
  keeping(file);
}
