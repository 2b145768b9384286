// Whose phone it is now: the account of the page shown last; another one's taps are neither seen nor sent.

import { dropShelves, shelfOf } from "../../service_worker/shelves.js";
import { store } from "../../service_worker/store.js";
import { isRetired, relieve } from "../../service_worker/wishes.js";
import { send } from "./connection.js";
import { metaOf, onReturn, owner, toWorker } from "./page.js";

let claimed;

// After the same account has signed in again, what waited for it may leave.
export async function claimPhone() {
  await store.setFact("account", () => owner);
  await store.edit(owner, (records) => records.map(relieve));
  await store.drop(owner, isRetired);
  await dropShelves(shelfOf(owner));
  claimed = true;
  send({ trigger: true });
}

export function startAccount() {
  // A page left open, or brought back by Back, after somebody else has signed in; or left before it had claimed the phone.
  onReturn(async () => {
    if ((await store.fact("account") || owner) !== owner) location.reload();
    else if (!claimed) claimPhone();
  });
  const urls = metaOf("warm")?.split(" ");
  if (urls) setTimeout(toWorker, 3000, { type: "warm", account: owner, urls });
}
