// Whose phone it is now: the account of the page shown last; another one's taps are neither seen nor sent.

import { dropShelves, shelfOf } from "../../service_worker/shelves.js";
import { store } from "../../service_worker/store.js";
import { isRetired, relieve } from "../../service_worker/wishes.js";
import { metaOf, onReturn, owner, toWorker } from "./page.js";

// After the same account has signed in again, what waited for it may leave.
export async function claimPhone() {
  await store.setFact("account", () => owner);
  await store.edit(owner, (records) => records.map(relieve));
  await store.drop(owner, isRetired);
  await dropShelves(shelfOf(owner));
}

export function startAccount() {
  // A page left open, or brought back by Back, after somebody else has signed in.
  onReturn(async () => {
    if ((await store.fact("account") || owner) !== owner) location.reload();
  });
  const urls = metaOf("warm")?.split(" ");
  if (urls) setTimeout(toWorker, 3000, { type: "warm", account: owner, urls });
}
