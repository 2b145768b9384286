// The tray: what waits to be sent, its cost and nearest cutoff, undo and delete-all, and the verdicts until read.
//
// Markup expected (pwa/templates/bookings/tray.html), once per signed-in family page; all of it is expected:
//   #tray                       hidden while there is nothing to say; data-state="waiting|auth|read" and data-soon for its look
//   [data-count=<key>]          one line of the summary, hidden while empty; its text is the phrase of that key:
//                               book, cancel, back (with {n}), cost ({cost}), nearest ({time}), unread ({n})
//   [data-list=waiting]         receives one <template id="tray-waiting"> per waiting tap
//   [data-list=verdict]         receives one <template id="tray-verdict"> per unread verdict
//   <template id="tray-waiting">  one element; [data-slot=name|wish|limit] filled (phrases "booked", "free", "withdrawn", "limit"); a button [data-act=undo]
//   <template id="tray-verdict">  one element; [data-slot=name|label|reason] filled; buttons [data-act=read|again]
//   [data-act=send|undo-all|read-all]
//   [data-waiting]              anywhere: « 3 changements » (phrase "changes")
//   #signin-again               shown while taps wait for a sign-in (state auth)
//   <template id="phrases">     <p data-say="book" data-one="1 …">{n} …</p>: every sentence the page may say

import { isWaiting } from "../../service_worker/reducer.js";
import { store } from "../../service_worker/store.js";
import { count, dismiss, isBack } from "../../service_worker/wishes.js";
import { send } from "./connection.js";
import { townTime } from "./countdown.js";
import { isQuiet, queue, recordOf, signOf } from "./overlay.js";
import { byId, cloneOf, each, euros, moment, onClick, onWord, owner, phrase, remaining, tell } from "./page.js";
import { say } from "./said.js";
import { retake, undo, wishWords } from "./tapping.js";

const SOON = 7_200_000;  // a cutoff nearer than two hours is shouted

const isUnread = (record) => !isWaiting(record) && !record.read;

function draw() {
  const records = queue().sort((one, other) => one.seq - other.seq);
  const sums = { ...count(records), unread: records.filter(isUnread).length };
  const left = sums.nearest - townTime();
  const values = (n) => ({ n, cost: euros(sums.cost), time: sums.nearest && moment(sums.nearest), left: remaining(left) });
  each("#tray [data-count]", (node) => {
    const key = node.dataset.count;
    const n = sums[key];
    node.hidden = !n;
    node.textContent = n ? phrase(key === "nearest" ? urgency(left) : key, values(n)) : "";
  });
  list("waiting", records.filter(isWaiting));
  list("verdict", records.filter(isUnread));
  each("[data-waiting]", (node) => { node.textContent = phrase("changes", { n: sums.waiting }); });
  byId("signin-again").hidden = !sums.auth;
  const tray = byId("tray");
  tray.hidden = isQuiet();
  tray.toggleAttribute("data-soon", sums.nearest && left < SOON);
  tray.dataset.state = sums.auth ? "auth" : sums.waiting ? "waiting" : "read";
}

const urgency = (left) => (left <= 0 ? "nearest-past" : left < SOON ? "nearest-soon" : "nearest");

// A line that says what it has to is kept as it is: the tray of a long tunnel is not written anew at each tap.
const list = (kind, records) => each(`#tray [data-list=${kind}]`, (box) => {
  const known = new Map([...box.children].map((item) => [item.dataset.sign, item]));
  const items = records.map((record) => known.get(signOf(record)) || lineOf(kind, record));
  if (items.length !== known.size || items.some((item, place) => item !== box.children[place])) box.replaceChildren(...items);
});

function lineOf(kind, record) {
  const { price, until } = record;
  const back = isWaiting(record) && isBack(record);
  const wish = [wishWords(record), price && !back && euros(price)].filter(Boolean).join(" · ");
  const item = cloneOf(`tray-${kind}`, { ...record, wish, limit: until ? phrase("nearest", { time: moment(until) }) : "" });
  if (back) item.querySelector("button").textContent = phrase("undo-free");
  Object.assign(item.dataset, { square: record.square, q: record.state, sign: signOf(record) });
  return item;
}

async function dismissAll(isOver) {
  await store.edit(owner, (records) => records.filter(isOver).map(dismiss));
  tell({ type: "queue" });
}

function undoAll() {
  const dropped = queue().filter((record) => isWaiting(record) && !isBack(record));
  dropped.forEach(undo);
  const words = phrase("dropped", { n: dropped.length });
  say({ words: () => words, label: () => phrase("undo-free"), act: () => dropped.forEach(retake) });
}

// The buttons of a line, here or in the sheet, speak of its square.
const acts = {
  undo,
  again: retake,
  read: ({ square }) => dismissAll((record) => record.square === square),
  send: () => send({ force: true }),
  "undo-all": undoAll,
  "read-all": () => dismissAll(isUnread),
};

export function startTray() {
  if (byId("tray")) {  // agents have none
    onWord("painted", draw);
    setInterval(draw, 60_000);
  }
  onClick("[data-act]", (button) => {
    acts[button.dataset.act](recordOf(button.closest("[data-square]")?.dataset.square));
    byId("sheet").close();
  });
}
