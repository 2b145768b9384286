// The sheet follows a finger that pulls it down from its top, and closes when it is let go far enough.

import { byId, listen } from "./page.js";

const FAR = 90;  // CSS pixels

let grip;

const pulled = ({ touches: [touch] }) => Math.max(0, touch.clientY - grip);

function follow(event) {
  const sheet = byId("sheet");
  // Reading on is not pulling.
  if (grip && sheet.scrollTop > 0) dropSheet();
  if (grip) sheet.style.translate = `0 ${pulled(event)}px`;
}

function dropSheet() {
  grip = 0;
  byId("sheet").style.translate = "";
}

export function startDrag() {
  listen("touchstart", ({ touches: [touch, second], target }) => {
    const sheet = byId("sheet");
    grip = !second && sheet.contains(target) && sheet !== target && sheet.scrollTop <= 0 && touch.clientY;
  });
  listen("touchmove", (event) => grip && follow(event), { passive: true });
  listen("touchend", ({ changedTouches: [touch] }) => {
    if (!grip) return;
    const far = touch.clientY - grip > FAR;
    dropSheet();
    if (far) byId("sheet").close();
  });
  listen("touchcancel", dropSheet);
}
