// Signing out: sends what waits, asks about what remains, and leaves nothing personal on the phone.

import { letterOf } from "../../service_worker/courier.js";
import { isWaiting } from "../../service_worker/reducer.js";
import { dropShelves } from "../../service_worker/shelves.js";
import { store } from "../../service_worker/store.js";
import { send } from "./connection.js";
import { byId, listen, owner, subscriptionOf, within } from "./page.js";

export const startSignout = () => listen("submit", (event) => {
  const { target } = event;
  if (!target.matches("form[data-signout]")) return;
  event.preventDefault();
  leave(target);
});

// Without an answer nothing is thrown away.
async function leave(form) {
  await within(4000, send({ force: true })).catch(() => {});
  const dialog = byId("signout");
  const remain = (await store.records(owner)).some(isWaiting);
  if (remain) {
    dialog.returnValue = "";
    dialog.showModal();
    await new Promise((resolve) => { dialog.onclose = resolve; });
    if (!dialog.returnValue) return;
  }
  await within(4000, forget(dialog.returnValue === "drop")).catch(() => {});
  form.submit();
}

// What is settled goes too: it was only there to be read over the shelf.
async function forget(all) {
  await dropShelves();
  await store.drop(owner, (record) => all || !isWaiting(record));
  await store.setFact("account", () => undefined);
  const subscription = await subscriptionOf();
  if (!subscription) return;
  const { endpoint } = subscription;
  await fetch("/avis/appareils/oublier", letterOf({ endpoint })).catch(() => {});
  await subscription.unsubscribe();
}
