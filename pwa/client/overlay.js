// Paints the queue over the calendar on screen, as often as one likes, and announces the verdicts.

import { isWaiting } from "../../service_worker/reducer.js";
import { letGo, store } from "../../service_worker/store.js";
import { view } from "../../service_worker/wishes.js";
import { afterFrame, announce, byId, each, listen, onWord, owner, pass } from "./page.js";

let records = new Map();
let adopted = 0;
let following = false;

export const queue = () => [...records.values()];
// Nothing waits, and nothing is to be read.
export const isQuiet = () => queue().every((record) => !isWaiting(record) && record.read);
export const recordOf = (square) => records.get(square);
export const squareOf = (button) => button.value.split("~")[0];

// The server's own markup is kept aside in data-was while something is painted over it; a morph removes the attribute.
const wasOf = ({ dataset: { was } }) => (was ? JSON.parse(was) : []);

export function markupOf(button) {
  const [s = button.dataset.s] = wasOf(button);
  return { s, v: Number(button.dataset.v) };
}

const textsOf = (button) => [...button.querySelectorAll(".sq-letter, .sq-word"), ...button.parentNode.querySelectorAll(".slot-word")];

// q may be given before anything is kept: the answer under the thumb, which does not yet say "recorded".
export function paint(button, record, q) {
  const { dataset } = button;
  const shown = view(record, markupOf(button));
  const [s, pressed, ...were] = wasOf(button);
  if (s) dress(button, s, pressed, were);
  delete dataset.was;
  delete dataset.q;
  if (!shown.over && !shown.q) return;
  dataset.was = JSON.stringify([dataset.s, button.ariaPressed, ...textsOf(button).map((node) => node.textContent)]);
  if (shown.q) dataset.q = q || shown.q;
  const [letter, word] = wording(shown, record);
  const texts = textsOf(button).map((node) => (node.className === "sq-letter" ? letter : word));
  dress(button, shown.s, button.ariaPressed && String(shown.want === "booked"), texts);
}

// A small square of the month is painted like the large ones, but is no button: its letter stays, and nothing is pressed.
function dress(button, s, pressed, texts) {
  button.dataset.s = s;
  if (pressed) button.ariaPressed = pressed;
  textsOf(button).forEach((node, place) => { node.textContent = texts[place]; });
}

// <template id="words"><i data-s="booked" data-letter="R">réservé</i><i data-q="pending">en attente d'envoi</i></template>
// A wish is not a state: while it waits, only the waiting is said.
function wording({ s, q, want }, record) {
  const find = (selector) => byId("words")?.content.querySelector(selector);
  const state = find(`[data-s="${isWaiting(record) ? want : s}"]`);
  const about = find(`[data-q="${q}"]`);
  const said = !isWaiting(record) && (record.label || state?.textContent);
  return [about?.dataset.letter || state?.dataset.letter, [about?.textContent, said].filter(Boolean).join(", ")];
}

export const paintSquares = (only) => each(".sq[data-v]", (button) => {
  const square = squareOf(button);
  if (!only || only.includes(square)) paint(button, recordOf(square));
});

// What follows from the squares (tray, line of words) is drawn a frame later, once for all that changed meanwhile.
function painted() {
  if (following) return;
  following = true;
  afterFrame(() => {
    following = false;
    pass({ type: "painted" });
  });
}

export function adopt(record) {
  adopted += 1;
  records.set(record.square, record);
  paintSquares([record.square]);
  painted();
}

// Whatever becomes of a record, one of these changes; the day, because « demain » is said of its limit.
export const signOf = (record) =>
  record && [record.id, record.state, record.base.v, record.read, new Date().getDate()].join();

export async function readQueue() {
  const mark = adopted;
  const list = await store.records(owner);
  // A tap was kept meanwhile: what has just been read may be older than what is shown.
  if (mark !== adopted) return readQueue();
  const before = records;
  const waited = queue().filter(isWaiting).map(({ square }) => square);
  records = new Map(list.map((record) => [record.square, record]));
  const settled = list.filter((record) => !isWaiting(record) && waited.includes(record.square));
  announce(settled.map(({ name, label, reason }) => `${name}${label}. ${reason}`).join(" "));
  if (settled[0]) pass({ type: "settled" });
  const squares = [...new Set([...before.keys(), ...records.keys()])];
  const changed = squares.filter((square) => signOf(before.get(square)) !== signOf(recordOf(square)));
  if (changed[0]) paintPage(changed);
  return undefined;
}

function paintPage(only) {
  paintSquares(only);
  painted();
}

export function startOverlay() {
  onWord("queue", readQueue);
  listen("htmx:after:swap", () => paintPage());
  addEventListener("pagehide", letGo);
  readQueue();
}
