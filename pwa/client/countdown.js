// Greys what is surely closed by the town hall's clock and counts down the last day; the server alone decides.

import { wishIn } from "../../service_worker/reducer.js";
import { store } from "../../service_worker/store.js";
import { markupOf } from "./overlay.js";
import { byId, each, listen, onReturn, pass, remaining } from "./page.js";

const MINUTE = 60_000;

let clock;

function closeSquare(button, time) {
  const { dataset } = button;
  const key = wishIn(markupOf(button).s) === "booked" ? "cancel" : "book";
  if (button.ariaDisabled || !(dataset[key] <= time)) return;
  dataset.why ||= byId("words").content.querySelector(`[data-why=${key}]`)?.textContent || "";
  button.ariaDisabled = "true";
}

export const townTime = () => Date.now() + (clock?.offset || 0);

// Without a sample of the town hall's clock nothing is surely closed.
function evaluate() {
  const time = townTime();
  if (clock) each("button.sq", (button) => closeSquare(button, time));
  each("[data-countdown]", (node) => {
    const left = node.dataset.countdown - time;
    node.hidden = left <= 0 || left > 1440 * MINUTE;
    node.textContent = remaining(left);
  });
}

// A page just rendered gives a first idea of the offset; an old one (from the shelf) would give a wrong one. A phone that
// keeps nothing goes by its own clock.
async function readClock() {
  const at = Date.now();
  const offset = document.querySelector("[data-now]")?.dataset.now - at;
  const rtt = 5 * MINUTE;
  clock = await store.setFact("clock", (known) => known || (Math.abs(offset) < rtt ? { offset, rtt, at } : undefined))
    .catch(() => {});
  evaluate();
  pass({ type: "clock" });
}

export function startCountdown() {
  readClock();
  onReturn(readClock);
  setInterval(evaluate, MINUTE);
  listen("htmx:after:swap", evaluate);
}
