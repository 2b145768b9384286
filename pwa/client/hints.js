// What a newcomer should know of the squares of a week, one sentence at a time; each is said until understood, on this phone once.

import { store } from "../../service_worker/store.js";
import { isQuiet } from "./overlay.js";
import { onWord, phrase } from "./page.js";
import { say } from "./said.js";

const HINTS = ["hint-tap", "hint-day", "hint-offline"];

let understood;

function hint() {
  const key = document.querySelector(".cal-week, .cal-fortnight") && isQuiet() && HINTS[understood];
  if (key) say({
    words: () => isQuiet() && phrase(key),
    label: () => phrase("understood"),
    act: () => understand(understood + 1),
    time: () => 0,
  });
}

async function understand(count) {
  understood = count;
  await store.setFact("hints", () => count);
  hint();
}

export async function startHints() {
  understood = await store.fact("hints") || 0;
  hint();
  // Who taps has understood the first.
  onWord("kept", () => understood || understand(1));
}
