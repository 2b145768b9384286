// Signing out: sends what waits, asks about what remains, and leaves nothing personal on the phone.

import { isWaiting } from "../../service_worker/reducer.js";
import { dropShelves } from "../../service_worker/shelves.js";
import { store } from "../../service_worker/store.js";
import { send } from "./connection.js";
import { byId, owner, postJson, toWorker } from "./page.js";

const PARTING = 4000;
const within = (work) => Promise.race([work, new Promise((resolve) => setTimeout(resolve, PARTING))]).catch(() => {});

export function startSignout() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-signout]");
    if (!form || !owner) return;
    event.preventDefault();
    leave(form);
  });
}

async function leave(form) {
  await within(send({ force: true }));
  const remain = (await store.records(owner)).some(isWaiting);
  const choice = remain ? await ask() : "drop";
  if (!choice) return;
  await within(forgetPush());
  await within(forgetAccount(choice));
  form.submit();
}

// Without the question in the page, or without an answer, nothing is thrown away.
function ask() {
  const dialog = byId("signout");
  if (!dialog) return "later";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
}

async function forgetPush() {
  const registration = await navigator.serviceWorker?.getRegistration();
  const subscription = await registration?.pushManager?.getSubscription();
  if (!subscription) return;
  await postJson("/avis/appareils/oublier", { endpoint: subscription.endpoint }).catch(() => {});
  await subscription.unsubscribe();
}

// What is settled goes too: it was only there to be read over the shelf.
async function forgetAccount(choice) {
  toWorker({ type: "forget", account: owner });
  await dropShelves();
  await store.drop(owner, (record) => choice === "drop" || !isWaiting(record));
  await store.setFact("account", () => undefined);
}
