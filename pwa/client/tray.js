// The tray: what waits to be sent, its cost and nearest cutoff, undo and delete-all, and the verdicts until read.
//
// Markup expected (pwa/templates/bookings/tray.html), once per signed-in family page; everything is optional but #tray:
//   #tray                       hidden while there is nothing to say; data-state="waiting|auth|read" for its look
//   [data-count=<key>]          one line of the summary, hidden while empty; its text is the phrase of that key:
//                               book, cancel (with {n}), cost ({cost}), nearest ({time}), unread ({n})
//   [data-list=waiting]         receives one <template id="tray-waiting"> per waiting tap
//   [data-list=verdicts]        receives one <template id="tray-verdict"> per unread verdict
//   <template id="tray-waiting">  one element; [data-slot=name|wish] filled; a button [data-act=undo]
//   <template id="tray-verdict">  one element; [data-slot=name|label|reason] filled; buttons [data-act=read|again]
//   [data-act=send|undo-all|read-all]   anywhere on the page
//   [data-waiting]              anywhere: « 3 changements » (phrase "changes")
//   #signin-again               shown while taps wait for a sign-in (state auth)
//   <template id="phrases">     <p data-say="book" data-one="1 …">{n} …</p>: every sentence the page may say

import { isWaiting } from "../../service_worker/reducer.js";
import { store } from "../../service_worker/store.js";
import { count, dismiss } from "../../service_worker/wishes.js";
import { send } from "./connection.js";
import { queue, readQueue, recordOf } from "./overlay.js";
import { byId, cloneOf, each, euros, moment, now, onClick, onWord, owner, phrase, tell } from "./page.js";
import { retake, undo } from "./tapping.js";

const isUnread = (record) => !isWaiting(record) && !record.read;
const bySeq = (one, other) => one.seq - other.seq;

function draw() {
  const tray = byId("tray");
  if (!tray) return;
  const records = queue().sort(bySeq);
  const waiting = records.filter(isWaiting);
  const verdicts = records.filter(isUnread);
  const sums = count(records);
  summarise(tray, sums, verdicts.length);
  list("waiting", waiting);
  list("verdict", verdicts);
  each("[data-waiting]", (node) => { node.textContent = phrase("changes", { n: sums.waiting }); });
  if (byId("signin-again")) byId("signin-again").hidden = !sums.auth;
  tray.hidden = !records.some((record) => isWaiting(record) || isUnread(record));
}

function summarise(tray, { waiting, book, cancel, cost, nearest, auth }, unread) {
  tray.dataset.state = auth ? "auth" : waiting ? "waiting" : "read";
  const values = { book, cancel, cost, nearest, unread };
  each("#tray [data-count]", (node) => {
    const key = node.dataset.count;
    const n = values[key];
    node.hidden = !n;
    node.textContent = n ? phrase(key, { n, cost: euros(cost), time: moment(nearest) }) : "";
  });
}

function list(kind, records) {
  const box = document.querySelector(`#tray [data-list="${kind}"]`);
  box?.replaceChildren(...records.map((record) => line(kind, record)));
}

function line(kind, record) {
  const item = cloneOf(`tray-${kind}`, { ...record, wish: phrase(`wish-${record.want}`) });
  item.dataset.square = record.square;
  item.dataset.q = record.state;
  return item;
}

async function dismissAll(isOver) {
  await store.edit(owner, (records) => records.filter(isOver).map((record) => dismiss(record, now())));
  tell({ type: "queue" });
}

// The buttons of a line, here or in the sheet, speak of its square.
const acts = {
  undo,
  again: retake,
  read: ({ square }) => dismissAll((record) => record.square === square),
  send: () => send({ force: true }),
  "undo-all": () => Promise.all(queue().filter(isWaiting).map(undo)),
  "read-all": () => dismissAll(isUnread),
};

export function startTray() {
  onWord("painted", draw);
  document.addEventListener("htmx:after:swap", draw);
  onClick("[data-act]", (button) => {
    const square = button.closest("[data-square]")?.dataset.square;
    acts[button.dataset.act]?.(recordOf(square));
    if (square) byId("sheet")?.close();
  });
  return readQueue();
}
