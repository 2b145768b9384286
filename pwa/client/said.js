// One line over the bottom bar for some seconds: the last change in words, with its undo, or a hint for newcomers.
// Not a live region: the live one announces verdicts, and a square that was tapped says its state itself.
//
// Markup (pwa/templates/bookings/said.html): #said > p, button.

import { byId, onClick, onWord } from "./page.js";

export const SHOWN = 7000;  // ms

let line;  // { words, label, act, time }: time() in ms from the last news, none for ever
let hushing;

// words() is asked again at each painting; an empty answer takes the line away.
export function say(next) {
  line = next;
  drawLine();
}

function drawLine() {
  const bar = byId("said");
  const words = line?.words() || "";
  const [text, action] = bar.children;
  if (bar.hidden === !words && text.textContent === words) return;
  bar.hidden = !words;
  text.textContent = words;
  action.textContent = line?.label();
  action.hidden = !action.textContent;
  clearTimeout(hushing);
  const time = line?.time ? line.time() : SHOWN;
  if (time) hushing = setTimeout(hush, time);
}

// Who is reading or reaching for the button is given time.
function hush() {
  if (byId("said").matches(":hover, :focus-within")) hushing = setTimeout(hush, SHOWN);
  else say();
}

export function startSaid() {
  onWord("painted", () => line && drawLine());
  onClick("#said button", () => {
    const { act } = line;
    say();
    act();
  });
}
