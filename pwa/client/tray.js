// The tray: what waits to be sent, its cost and nearest cutoff, undo and delete-all, and the verdicts until read.
//
// Markup expected (pwa/templates/bookings/tray.html), once per signed-in family page; all of it is expected:
//   #tray                       hidden while there is nothing to say; data-state="waiting|auth|read" for its look
//   [data-count=<key>]          one line of the summary, hidden while empty; its text is the phrase of that key:
//                               book, cancel (with {n}), cost ({cost}), nearest ({time}), unread ({n})
//   [data-list=waiting]         receives one <template id="tray-waiting"> per waiting tap
//   [data-list=verdict]         receives one <template id="tray-verdict"> per unread verdict
//   <template id="tray-waiting">  one element; [data-slot=name|wish] filled (phrases "booked", "free"); a button [data-act=undo]
//   <template id="tray-verdict">  one element; [data-slot=name|label|reason] filled; buttons [data-act=read|again]
//   [data-act=send|undo-all|read-all]
//   [data-waiting]              anywhere: « 3 changements » (phrase "changes")
//   #signin-again               shown while taps wait for a sign-in (state auth)
//   <template id="phrases">     <p data-say="book" data-one="1 …">{n} …</p>: every sentence the page may say

import { isWaiting } from "../../service_worker/reducer.js";
import { store } from "../../service_worker/store.js";
import { count, dismiss } from "../../service_worker/wishes.js";
import { send } from "./connection.js";
import { queue, recordOf } from "./overlay.js";
import { byId, cloneOf, each, euros, moment, onClick, onWord, owner, phrase, tell } from "./page.js";
import { retake, undo } from "./tapping.js";

const isUnread = (record) => !isWaiting(record) && !record.read;

function draw() {
  const records = queue().sort((one, other) => one.seq - other.seq);
  const sums = { ...count(records), unread: records.filter(isUnread).length };
  const values = { cost: euros(sums.cost), time: moment(sums.nearest) };
  each("#tray [data-count]", (node) => {
    const key = node.dataset.count;
    const n = sums[key];
    node.hidden = !n;
    node.textContent = phrase(key, { ...values, n });
  });
  list("waiting", records.filter(isWaiting));
  list("verdict", records.filter(isUnread));
  each("[data-waiting]", (node) => { node.textContent = phrase("changes", { n: sums.waiting }); });
  byId("signin-again").hidden = !sums.auth;
  const tray = byId("tray");
  tray.hidden = !sums.waiting && !sums.unread;
  tray.dataset.state = sums.auth ? "auth" : sums.waiting ? "waiting" : "read";
}

const list = (kind, records) => each(`#tray [data-list=${kind}]`, (box) => box.replaceChildren(...records.map((record) => {
  const item = cloneOf(`tray-${kind}`, { ...record, wish: phrase(record.want) });
  Object.assign(item.dataset, { square: record.square, q: record.state });
  return item;
})));

async function dismissAll(isOver) {
  await store.edit(owner, (records) => records.filter(isOver).map(dismiss));
  tell({ type: "queue" });
}

// The buttons of a line, here or in the sheet, speak of its square.
const acts = {
  undo,
  again: retake,
  read: ({ square }) => dismissAll((record) => record.square === square),
  send: () => send({ force: true }),
  "undo-all": () => queue().filter(isWaiting).forEach(undo),
  "read-all": () => dismissAll(isUnread),
};

export function startTray() {
  if (byId("tray")) onWord("painted", draw);  // agents have none
  onClick("[data-act]", (button) => {
    acts[button.dataset.act](recordOf(button.closest("[data-square]")?.dataset.square));
    byId("sheet").close();
  });
}
