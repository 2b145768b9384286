// A swipe or an arrow key turns the period: the previous and next links of the page, clicked for the parent.

import { listen } from "./page.js";

let start;

const squares = () => [...document.querySelectorAll("button.sq")];

// The same row and day of the next period keep the focus; without one, the link that turned it.
function keepFocus() {
  const place = squares().indexOf(document.activeElement);
  if (place >= 0) listen("htmx:after:swap", () => (squares()[place] || document.querySelector("main a[rel=next]")).focus(), { once: true });
}

const turn = (forward) => document.querySelector(`main a[rel=${forward ? "next" : "prev"}]`)?.click();

// What scrolls sideways keeps its own gesture, and so does a page that has been enlarged.
function slides(node) {
  const own = node.scrollWidth > node.clientWidth && getComputedStyle(node).overflowX !== "visible";
  return own || (!node.matches("main") && slides(node.parentElement));
}

export function startSwipe() {
  listen("touchstart", ({ touches: [touch, second], target }) => {
    start = !second && visualViewport.scale === 1 && target.closest("main") && !slides(target) && touch;
  });
  listen("touchend", ({ changedTouches: [end] }) => {
    const across = start && Math.abs(end.clientX - start.clientX);
    if (across > 60 && across > 2 * Math.abs(end.clientY - start.clientY)) turn(end.clientX < start.clientX);
  });
  listen("keydown", ({ key, target, altKey, metaKey }) => {
    const busy = altKey || metaKey || target.closest("input, select, textarea, dialog");
    if (busy || !/^Arrow(Left|Right)$/.test(key)) return;
    keepFocus();
    turn(key === "ArrowRight");
  });
}
