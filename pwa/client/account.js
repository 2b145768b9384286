// Whose phone it is now: the account of the page shown last; another one's taps are neither seen nor sent.

import { dropShelves, shelfOf } from "../../service_worker/shelves.js";
import { store } from "../../service_worker/store.js";
import { isRetired, relieve } from "../../service_worker/wishes.js";
import { metaOf, now, owner, toWorker } from "./page.js";

const IDLE = 3000;

// After the same account has signed in again, what waited for it may leave.
export async function claimPhone() {
  if (!owner) return;
  await store.setFact("account", () => owner);
  await store.edit(owner, (records) => records.map(relieve));
  await store.drop(owner, (record) => isRetired(record, now()));
  await dropShelves(shelfOf(owner));
}

// A page left open, or brought back by Back, after somebody else has signed in.
async function checkOwner() {
  const account = await store.fact("account");
  if (owner && account && account !== owner) location.reload();
}

export function startAccount() {
  addEventListener("pageshow", ({ persisted }) => persisted && checkOwner());
  document.addEventListener("visibilitychange", () => document.hidden || checkOwner());
  const urls = metaOf("warm").split(" ").filter(Boolean);
  if (owner && urls.length) setTimeout(() => toWorker({ type: "warm", account: owner, urls }), IDLE);
}
