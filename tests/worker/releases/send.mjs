// node send.mjs RELEASE URL COOKIE ACCOUNT SQUARE…: that release's own courier against a real server; prints its records.

import { memoryStore, fakeLocks, FREE } from "../phone.mjs";

const [number, url, cookie, account, ...squares] = process.argv.slice(2);
const { flush } = await import(`./${number}/courier.js`);
const { tap } = await import(`./${number}/wishes.js`);
const store = memoryStore();
await store.setFact("account", () => account);
for (const square of squares) {
  await store.change(account, square, (known, seq) => tap(known, {
    account, square, want: "booked", unit: null, id: crypto.randomUUID(), seq, at: Date.now(), price: 455, until: 0, name: "",
  }, FREE));
}
const fetched = (path, options) => fetch(url + path, { ...options, headers: { ...options.headers, cookie } });
const { end } = await flush({
  store, fetch: fetched, locks: fakeLocks(), now: Date.now, tell: () => {}, random: Math.random, uuid: () => crypto.randomUUID(),
});
console.log(JSON.stringify({ end, records: await store.records(account) }));
