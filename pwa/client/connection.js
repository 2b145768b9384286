// Sends at the right moments, and says in the header whether what is on screen is up to date.

import { flush } from "../../service_worker/courier.js";
import { store } from "../../service_worker/store.js";
import { townTime } from "./countdown.js";
import { queue, readQueue } from "./overlay.js";
import { byId, each, listen, moment, onReturn, onWord, owner, phrase, tell, workers } from "./page.js";

const bag = { store, tell, fetch, now: Date.now, account: owner, locks: navigator.locks };
let retry = 0;
let soon = 0;
let reached = true;
let settling = 0;

// navigator.onLine is never asked: it says yes to a hotel's network and no to a good one.
export async function send(options) {
  const { end, until } = await flush(bag, options).catch(() => ({}));
  if (end === "offline") reach(false);
  // Another account is signed in: its page must replace this one; once, lest two that disagree reload for ever.
  if (end === "other" && !sessionStorage.other) {
    sessionStorage.other = 1;
    location.reload();
  }
  clearTimeout(retry);
  retry = 0;
  sendLater(until);
}

// A timer runs while something waits, also for what another tab has kept and could not send.
function sendLater(until = 0) {
  const waits = queue().some(({ state }) => state === "pending" || state === "sending");
  if (waits && !retry) retry = setTimeout(send, Math.max(1000, until - Date.now()));
}

export function sendSoon() {
  clearTimeout(soon);
  soon = setTimeout(send, 50, { trigger: true });
  workers?.ready.then(({ sync }) => sync?.register("flush"));
}

const stampOf = () => Number(document.querySelector("[data-now]")?.dataset.now);

function reach(ok) {
  const stamp = stampOf();
  const key = ok ? !reached && "fresh" : stamp ? "offline" : "offline-undated";
  if (key) byId("status").textContent = phrase(key, { time: stamp && moment(stamp) });
  reached = ok;
}

// What was asked for is not on the shelf either, unless it is what is on screen. A day of the month may still be read
// and changed in its week, which is kept much longer than days are.
function missed({ action }) {
  reach(false);
  const week = /jour\//.test(action) && document.querySelector(`.month tr:has([data-day="${action.slice(-10)}"]) th a`);
  if (week) {
    addEventListener("popstate", () => week.click(), { once: true });
    byId("sheet").close();
    return;
  }
  if (action.endsWith(byId("calendar")?.dataset.src)) return;
  each(".sheet-wait p, #status", (node) => { node.textContent = phrase("unkept"); });
}

const here = () => `/f/planning${location.search}`;

// Through the shelf, which answers at once and fetches behind; "again" asks for what has just been fetched.
function reloadPanel(again, since = 0) {
  const target = location.pathname === "/planning" && byId("planning");
  if (target) htmx.ajax("GET", here(), { target, swap: "innerMorph", since, headers: again ? { "X-Marelle-Again": 1 } : {} });
}

// The shelf's copy knows nothing of a verdict that came after it: it only wakes the fetch whose answer is shown (« fresh »).
// And who has gone on to another week meanwhile is not thrown back.
function skipOld(event) {
  const { since, response, request } = event.detail.ctx;
  const kept = response.headers.get("X-Marelle-At");
  if ((kept && kept < since) || (since >= 0 && request.action !== here())) event.preventDefault();
}

// Once for a row of taps: a panel put in takes a slow phone's whole attention for a moment.
function reloadSoon() {
  clearTimeout(settling);
  if (!document.hidden) settling = setTimeout(reloadPanel, 2000, false, Date.now());
}

// A page from the shelf may be old, or another week's: the address says which fragment was wanted. Its age is counted by
// the town hall's clock, as its stamp is: a phone that is fast would ask at every look, one that is slow never.
function compare() {
  const src = byId("calendar")?.dataset.src;
  const other = src && location.search && src !== here();
  if (other || townTime() - stampOf() > 60_000) reloadPanel(other);
}

function wake() {
  readQueue();
  send({ trigger: true });
}

export function startConnection() {
  onWord("reach", ({ ok }) => reach(ok));
  onWord("painted", () => sendLater());
  onWord("settled", reloadSoon);
  onWord("fresh", ({ url }) => {
    if (url === here()) reloadPanel(true);
    if (url === location.pathname + location.search) reloadPanel();
  });
  onWord("clock", compare);
  addEventListener("online", wake);
  addEventListener("online", compare);
  addEventListener("offline", () => reach(false));
  onReturn(wake);
  listen("htmx:before:swap", skipOld);
  listen("htmx:error", ({ detail: { ctx } }) => ctx && missed(ctx.request));
  listen("htmx:before:history:restore", () => listen("htmx:after:swap", compare, { once: true }));
  // Only a hint for the eye: what waits is tried all the same.
  if (!navigator.onLine) reach(false);
}
