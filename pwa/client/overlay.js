// Paints the queue over the calendar on screen, as often as one likes, and announces the verdicts.

import { isWaiting } from "../../service_worker/reducer.js";
import { store } from "../../service_worker/store.js";
import { view } from "../../service_worker/wishes.js";
import { announce, byId, each, onWord, owner, pass } from "./page.js";

let records = new Map();
let adopted = 0;

export const queue = () => [...records.values()];
export const recordOf = (square) => records.get(square);
export const squareOf = (button) => button.value.split("~")[0];

// The server's own markup, kept aside in data-was while something is painted over it; a morph removes the attribute.
export function markupOf(button) {
  const { was, s, v } = button.dataset;
  return { s: was ? JSON.parse(was)[0] : s, v: Number(v) };
}

const texts = (button) =>
  [button.querySelector(".sq-letter"), button.querySelector(".sq-word"), button.parentElement.querySelector(".slot-word")].filter(Boolean);

function restore(button) {
  if (!button.dataset.was) return;
  const [s, pressed, ...words] = JSON.parse(button.dataset.was);
  button.dataset.s = s;
  button.ariaPressed = pressed;
  texts(button).forEach((node, place) => { node.textContent = words[place]; });
  delete button.dataset.was;
  delete button.dataset.q;
}

// q may be given before the record is: the answer under the thumb, which does not yet say that anything is kept.
export function paint(button, record, q) {
  restore(button);
  const shown = view(record, markupOf(button));
  if (q) shown.q = q;
  if (!shown.over && !shown.q) return;
  const nodes = texts(button);
  button.dataset.was = JSON.stringify([button.dataset.s, button.ariaPressed, ...nodes.map((node) => node.textContent)]);
  button.dataset.s = shown.s;
  button.ariaPressed = String(shown.want === "booked");
  if (shown.q) button.dataset.q = shown.q;
  const [letter, word] = wording(shown, record);
  nodes.forEach((node, place) => { node.textContent = place ? word : letter; });
}

// <template id="words"><i data-s="booked" data-letter="R">réservé</i><i data-q="pending">en attente d'envoi</i></template>
function wording({ s, q }, record) {
  const find = (selector) => byId("words")?.content.querySelector(selector);
  const state = find(`[data-s="${s}"]`);
  const about = q && find(`[data-q="${q}"]`);
  const said = record.label || state?.textContent || "";
  // A wish is not a state: while it waits, only the waiting is said.
  const word = isWaiting(record) ? about?.textContent : [about?.textContent, said].filter(Boolean).join(", ");
  return [about?.dataset.letter || state?.dataset.letter || "", word || ""];
}

export function paintAll() {
  each("button.sq", (button) => paint(button, records.get(squareOf(button))));
}

export function paintSquare(square) {
  each(`button.sq[value^="${square}~"]`, (button) => paint(button, records.get(square)));
}

export function adopt(record) {
  adopted += 1;
  records.set(record.square, record);
  paintSquare(record.square);
  pass({ type: "painted" });
}

export async function readQueue() {
  if (!owner) return undefined;
  const mark = adopted;
  const list = await store.records(owner);
  // A tap was kept meanwhile: what has just been read may be older than what is shown.
  if (mark !== adopted) return readQueue();
  const before = records;
  records = new Map(list.map((record) => [record.square, record]));
  paintAll();
  const waited = ({ square }) => before.has(square) && isWaiting(before.get(square));
  const settled = queue().filter((record) => !isWaiting(record) && waited(record));
  announce(settled.filter(({ label, reason }) => label || reason).map(sentence).join(" "));
  if (settled.length) pass({ type: "settled" });
  return pass({ type: "painted" });
}

const sentence = ({ name, label, reason }) => `${name}${[label, reason].filter(Boolean).join(". ")}.`.replace("..", ".");

export function startOverlay() {
  onWord("queue", readQueue);
  document.addEventListener("htmx:after:swap", paintAll);
  document.addEventListener("htmx:after:settle", paintAll);
  return readQueue();
}
