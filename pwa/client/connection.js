// Sends at the right moments, and says in the header whether what is on screen is up to date.

import { flush } from "../../service_worker/courier.js";
import { store } from "../../service_worker/store.js";
import { queue, readQueue } from "./overlay.js";
import { byId, moment, now, onWord, owner, phrase, tell } from "./page.js";

const DEBOUNCE = 50;
const OLD = 60_000;
const bag = {
  store, tell, now, account: owner, locks: navigator.locks,
  fetch: (url, options) => fetch(url, options), random: () => Math.random(), uuid: () => crypto.randomUUID(),
};
let retry = 0;
let debounce = 0;
let reached = true;

// navigator.onLine is never asked: it says yes to a hotel's network and no to a good one.
export async function send(options) {
  const done = await flush(bag, options).catch(() => ({ end: "broken", settled: [] }));
  if (done.end === "offline") reach(false);
  if (done.settled.length || done.end === "auth") reach(true);
  if (done.end === "other") startAgain();
  clearTimeout(retry);
  retry = 0;
  sendLater(done.until);
  return done;
}

// A timer runs while something waits, also for what another tab has kept and could not send.
function sendLater(until = 0) {
  const waits = queue().some(({ state }) => state === "pending" || state === "sending");
  if (waits && !retry) retry = setTimeout(send, Math.max(1000, until - now()));
}

export function sendSoon() {
  clearTimeout(debounce);
  debounce = setTimeout(send, DEBOUNCE, { trigger: true });
  navigator.serviceWorker?.ready.then((registration) => registration.sync?.register("flush")).catch(() => {});
}

// Another account is signed in: its own page must replace this one; once, lest two that disagree reload for ever.
function startAgain() {
  if (sessionStorage.other) return;
  sessionStorage.other = "1";
  location.reload();
}

const stampOf = () => Number(document.querySelector("[data-now]")?.dataset.now);

function reach(ok) {
  const back = ok && !reached;
  reached = ok;
  showStatus(back);
}

function showStatus(back) {
  const status = byId("status");
  const stamp = stampOf();
  const key = reached ? back && "fresh" : stamp ? "offline" : "offline-undated";
  if (status) status.textContent = key ? phrase(key, { time: stamp && moment(stamp) }) : "";
  if (back) setTimeout(() => reached && showStatus(), 4000);
}

const here = () => `/f/planning${location.search}`;

// Through the shelf, which answers at once and fetches behind; "again" asks for what has just been fetched.
export function reloadPanel(again) {
  const target = location.pathname === "/planning" && byId("planning");
  if (!target || !window.htmx) return;
  htmx.ajax("GET", here(), { target, swap: "innerMorph", headers: again ? { "X-Marelle-Again": "1" } : {} });
}

// A page from the shelf may be another week's: the address says which fragment was wanted.
function compare() {
  const src = byId("calendar")?.dataset.src;
  if (now() - stampOf() > OLD) reloadPanel(src && location.search && src !== here());
}

function wake() {
  readQueue();
  send({ trigger: true });
  compare();
}

export function startConnection() {
  let settling = 0;
  onWord("reach", ({ ok }) => reach(ok));
  onWord("fresh", ({ url }) => {
    if (url === here()) reloadPanel(true);
    if (url === location.pathname + location.search) reloadPanel();
  });
  onWord("settled", () => {
    clearTimeout(settling);
    settling = setTimeout(() => document.hidden || reloadPanel(), 2000);
  });
  onWord("painted", () => sendLater());
  addEventListener("online", () => {
    reach(true);
    wake();
  });
  addEventListener("offline", () => reach(false));
  addEventListener("pageshow", ({ persisted }) => persisted && wake());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
  document.addEventListener("htmx:error", ({ detail }) => detail.ctx && reach(false));
  document.addEventListener("htmx:before:history:restore", () => {
    document.addEventListener("htmx:after:swap", compare, { once: true });
  });
  compare();
  // Only a hint for the eye: what waits is tried all the same.
  if (!navigator.onLine) reach(false);
}
