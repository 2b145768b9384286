// Greys what is surely closed by the town hall's clock and counts down the last day; the server alone decides.

import { store } from "../../service_worker/store.js";
import { wishIn } from "../../service_worker/reducer.js";
import { markupOf } from "./overlay.js";
import { byId, each, now, remaining } from "./page.js";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const PLAUSIBLE = 5 * MINUTE;

let clock;

const reasonOf = (key) => byId("words")?.content.querySelector(`[data-why="${key}"]`)?.textContent || "";

// data-shut marks what this module has closed, so that a fragment or another hour can open it again.
function closeSquare(button, time) {
  const key = wishIn(markupOf(button).s) === "booked" ? "cancel" : "book";
  const shut = Number(button.dataset[key] || Infinity) <= time;
  if (shut && !button.ariaDisabled) {
    button.dataset.shut = key;
    button.dataset.why ||= reasonOf(key);
    button.ariaDisabled = "true";
  }
}

function countDown(node, time) {
  const left = Number(node.dataset.countdown) - time;
  node.hidden = left <= 0 || left > DAY;
  if (!node.hidden) node.textContent = remaining(left);
}

// Without a sample of the town hall's clock nothing is surely closed.
function evaluate() {
  const time = now() + (clock?.offset || 0);
  if (clock) each("button.sq", (button) => closeSquare(button, time));
  each("[data-countdown]", (node) => countDown(node, time));
}

// A page just rendered gives a first idea of the offset; an old one (from the shelf) would give a wrong one.
function firstClock() {
  const offset = Number(document.querySelector("[data-now]")?.dataset.now) - now();
  return Math.abs(offset) < PLAUSIBLE ? { offset, rtt: PLAUSIBLE, at: now() } : undefined;
}

async function reevaluate() {
  clock = await store.setFact("clock", (known) => known || firstClock());
  evaluate();
}

export function startCountdown() {
  setInterval(evaluate, MINUTE);
  addEventListener("pageshow", reevaluate);
  document.addEventListener("htmx:after:swap", evaluate);
  document.addEventListener("visibilitychange", () => document.hidden || reevaluate());
}
