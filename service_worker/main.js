// The service worker's listeners. Above the assembled file the server writes const BUILD, const SHELL (addresses to keep)
// and self.WORDS = { title, refused, look: { icon, badge } }, for no text lives here.

import { flush, letterOf } from "./courier.js";
import { destination, noticeFrom, refusalNotice } from "./push.js";
import { dropOldShells, fromShell, openShell, pageFirst, posted, route, shelfFirst, warm } from "./shelf.js";
import { dropShelves, shelfOf } from "./shelves.js";
import { store } from "./store.js";

const { origin, host } = self.location;
const channel = new BroadcastChannel("marelle");
const tell = (message) => channel.postMessage(message);
const on = (type, work) => self.addEventListener(type, work);
const words = { title: host, ...self.WORDS };
const bag = { store, tell, fetch, heard, now: Date.now, locks: navigator.locks };

on("install", (event) => event.waitUntil(openShell(BUILD, SHELL)));

on("activate", (event) => event.waitUntil(Promise.all([
  dropOldShells(BUILD), self.registration.navigationPreload?.enable(), self.clients.claim(),
])));

on("fetch", (event) => {
  const { request } = event;
  const plan = route(request, origin);
  if (plan === "in" || plan === "out") event.waitUntil(shut(plan));
  if (plan === "form") event.respondWith(posted(request));
  if (plan === "asset") event.respondWith(fromShell(request));
  if (plan === "fragment") event.respondWith(desk(event).then((here) => shelfFirst(here, request)));
  if (plan !== "page") return;
  event.respondWith(desk(event).then((here) => pageFirst(here, request, event.preloadResponse)));
  event.waitUntil(send());
});

async function shut(plan) {
  await store.setFact("account", () => undefined);
  if (plan === "out") await dropShelves();
}

// The account of the phone, and its shelf, emptied first if the town hall has not been heard for 30 days.
async function desk(event) {
  const [account, contact] = await Promise.all(["account", "contact"].map(store.fact)).catch(() => []);
  if (Date.now() - contact > 30 * 86_400_000) await dropShelves();
  const note = (message) => {
    tell(message);
    if (message.ok) event.waitUntil(store.setFact("contact", Date.now));
  };
  return { account, tell: note, later: (work) => event.waitUntil(work.catch(() => {})) };
}

on("message", (event) => {
  const { type, account, urls } = event.data;
  if (type === "skip") self.skipWaiting();
  if (type === "flush") event.waitUntil(send({ trigger: true }));
  if (type === "forget") event.waitUntil(caches.delete(shelfOf(account)));
  if (type === "warm") event.waitUntil(desk(event).then((here) => here.account === account && warm(here, urls)).catch(() => {}));
});

// Waits for a page that is sending: should that page be killed, its taps are ours. Ending badly makes the browser call again.
on("sync", (event) => event.waitUntil(send({ trigger: true, wait: true }).then(({ until }) => until && Promise.reject(until))));

const send = (options) => flush(bag, options);

// A refusal that no page shows is told by a notification.
async function heard(records) {
  const refused = records.filter(({ settled, state }) => settled && state !== "applied");
  const seen = (await windows()).some((page) => page.visibilityState === "visible");
  if (refused[0] && !seen) await show(refusalNotice(refused, words, origin)).catch(() => {});
}

const windows = () => self.clients.matchAll({ type: "window", includeUncontrolled: true });
const show = (notice) => self.registration.showNotification(...notice);

on("push", (event) => event.waitUntil(Promise.all([
  show(noticeFrom(event.data?.text(), words, origin)), send({ trigger: true }).catch(() => {}),
])));

on("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(goTo(destination(event.notification.data?.navigate, origin)));
});

// A page this worker does not control cannot be led; a new one can be opened.
async function goTo(url) {
  const [page] = await windows();
  await page?.focus().catch(() => {});
  try {
    await page.navigate(url);
  } catch {
    await self.clients.openWindow(url);
  }
}

on("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

async function renew({ oldSubscription, newSubscription }) {
  const fresh = newSubscription || (await self.registration.pushManager.subscribe(oldSubscription.options));
  await fetch("/avis/appareils", letterOf(fresh));
}
