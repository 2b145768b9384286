// A thumb on a square: answered in the same frame, kept on the phone, then sent.

import { isWaiting } from "../../service_worker/reducer.js";
import { store } from "../../service_worker/store.js";
import { opposite, tap, view } from "../../service_worker/wishes.js";
import { sendSoon } from "./connection.js";
import { openReason, openVerdict } from "./dialog.js";
import { adopt, markupOf, paint, paintSquare, recordOf, squareOf } from "./overlay.js";
import { announce, now, onClick, owner, phrase, tellOthers } from "./page.js";

let unsaved = 0;

export const isSaving = () => unsaved > 0;

export function startTapping() {
  if (owner) onClick("button.sq", touch);
}

function touch(button, event) {
  event.preventDefault();
  const record = recordOf(squareOf(button));
  const waits = record && isWaiting(record);
  if (record && !waits && button.dataset.q) return openVerdict(record);
  if (!waits && (button.dataset.s === "closed" || button.ariaDisabled === "true")) return openReason(button);
  return wishFrom(button, record);
}

// The wish is the opposite of what the parent sees; without a record the server has written it in the button.
function wishFrom(button, record) {
  const markup = markupOf(button);
  const shown = view(record, markup);
  const want = shown.over ? opposite(shown.want) : button.value.split("~")[1];
  const { unit, price, book, cancel } = button.dataset;
  const wish = {
    square: squareOf(button), want, price: Number(price || 0), until: Number((want === "booked" ? book : cancel) || 0),
    unit: (want === "booked" && unit) || null, name: button.querySelector(".sr").textContent,
  };
  paint(button, { ...wish, state: "pending" }, "noting");
  return keep(wish, markup);
}

// "Recorded" is painted once the disk has it; a failure puts the square back and says so.
async function keep(wish, markup) {
  const fresh = { ...wish, account: owner, id: crypto.randomUUID(), at: now() };
  unsaved += 1;
  try {
    adopt(await store.change(owner, wish.square, (known, seq) => tap(known, { ...fresh, seq }, markup)));
    tellOthers({ type: "queue" });
    sendSoon();
  } catch {
    paintSquare(wish.square);
    announce(phrase("unsaved"));
  }
  unsaved -= 1;
}

// From the tray: back to what the server last said, or once more what it did not grant.
export const undo = (record) => retake({ ...record, want: opposite(record.want), until: 0 });

export function retake({ square, want, price, until, unit, name, base }) {
  return keep({ square, want, price, until, unit, name }, base);
}
