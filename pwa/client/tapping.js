// A thumb on a square: answered in the same frame, kept on the phone, then sent.

import { isWaiting } from "../../service_worker/reducer.js";
import { store } from "../../service_worker/store.js";
import { isBack, opposite, tap, view } from "../../service_worker/wishes.js";
import { sendSoon } from "./connection.js";
import { openReason, openVerdict } from "./dialog.js";
import { adopt, markupOf, paint, paintSquares, recordOf, squareOf } from "./overlay.js";
import { announce, onClick, owner, pass, phrase, tellOthers } from "./page.js";
import { SHOWN, say } from "./said.js";

const FLIGHT = 1500;  // ms; what is under way longer is the tray's to tell

let unsaved = 0;

export const isSaving = () => unsaved > 0;

export const startTapping = () => onClick("button.sq", touch);

function touch(button, event) {
  event.preventDefault();
  const { dataset, ariaDisabled } = button;
  const record = recordOf(squareOf(button));
  if (record && isWaiting(record)) wishFrom(button, record);
  else if (record && dataset.q) openVerdict(record);
  else if (dataset.s === "closed" || ariaDisabled === "true") openReason(button);
  else wishFrom(button, record);
}

// The wish is the opposite of what the parent sees; without a record the server has written it in the button.
function wishFrom(button, record) {
  const markup = markupOf(button);
  const shown = view(record, markup);
  const [square, offered] = button.value.split("~");
  const want = shown.over ? opposite(shown.want) : offered;
  const { unit = null, price = 0, book, cancel } = button.dataset;
  const until = Number(want === "booked" ? book : cancel) || 0;
  const name = button.querySelector(".sr").textContent;
  paint(button, { want, state: "pending", base: markup }, "noting");
  keepWish({ square, want, until, name, price: Number(price), unit: want === "booked" ? unit : null }, markup).then(sayKept);
}

// "Recorded" is painted once the disk has it; a failure puts the square back and says so. Resolves with what was kept.
async function keepWish(wish, markup) {
  const fresh = { ...wish, account: owner, id: crypto.randomUUID(), at: Date.now() };
  let kept;
  unsaved += 1;
  try {
    adopt(await store.change(owner, wish.square, (known, seq) => tap(known, { ...fresh, seq }, markup)));
    tellOthers({ type: "queue" });
    sendSoon();
    kept = fresh;
  } catch {
    paintSquares([wish.square]);
    announce(phrase("unsaved"));
  }
  unsaved -= 1;
  return kept;
}

// The last change in words, from the wish to the verdict. What was refused can be read, not undone.
function sayKept(wish) {
  if (!wish) return;
  const { id, square, want } = wish;
  const kept = () => [recordOf(square)].find((record) => record?.id === id);
  say({
    words: () => kept() && sentenceOf(kept()),
    label: () => (isWaiting(kept()) || kept().state === "applied") && phrase(`undo-${want}`),
    act: () => undo(kept()).then(sayKept),
    time: () => (isWaiting(kept()) ? FLIGHT : SHOWN),
  });
  pass({ type: "kept" });
}

export const wishWords = (record) => phrase(isBack(record) ? "withdrawn" : record.want);

// Nothing is said of what was taken back before anybody heard of it.
function sentenceOf(record) {
  const { name, label, reason } = record;
  const said = isWaiting(record) ? wishWords(record) : [label, reason].filter(Boolean).join(". ");
  return said && name + said;
}

// From the tray: back to what the server last said, or once more what it did not grant.
export const undo = (record) => retake({ ...record, want: opposite(record.want), until: 0 });
export const retake = ({ square, want, price, until, unit, name, base }) => keepWish({ square, want, price, until, unit, name }, base);
