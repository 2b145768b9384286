// The sheet: a day's panel, the reason of a closed square, the verdict of a refused one; Back and Escape close it.

import { byId, cloneOf, listen, onClick } from "./page.js";

let closing = false;
let left = false;  // the step just taken in the history was out of the sheet

function openSheet(...content) {
  const sheet = byId("sheet");
  byId("sheet-body").replaceChildren(...content);
  if (sheet.open) return;
  sheet.showModal();
  history.pushState({ sheet: 1, htmx: true }, "");  // htmx writes its mark over a state that lacks it
  sheet.addEventListener("close", () => {
    closing = !!history.state?.sheet;
    if (closing) history.back();
  }, { once: true });
}

export function openVerdict(record) {
  const card = cloneOf("tray-verdict", record);
  byId("sheet-body").dataset.square = record.square;
  openSheet(...card.children);  // a list item is nothing without its list
}

export function openReason(button) {
  const { why, day } = button.dataset;
  const card = cloneOf("sheet-why", { name: button.querySelector(".sr").textContent.replace(/\s*:\s*$/, ""), reason: why });
  const link = card.querySelector("a");
  if (day) link.dataset.day = day;
  link.hidden = !day;
  openSheet(card);
}

// Chromium lets go of the focus a frame after a step in the history.
function refocus(node) {
  if (document.activeElement === document.body) node.focus({ preventScroll: true });
}

export function startDialog() {
  onClick("a[data-day]", ({ dataset: { day } }, event) => {
    if (event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    openSheet(byId("sheet-wait").content.cloneNode(true));
    htmx.ajax("GET", `/f/planning/jour/${day}`, { target: "#sheet-body" });
  });
  // A tap beside the sheet lands on the dialog itself.
  onClick("#sheet, #sheet [data-close]", (found, event) => {
    if (found.id && event.target !== found) return;
    event.preventDefault();
    byId("sheet").close();
  });
  // Back closes the sheet and nothing else: htmx must not fetch the page behind it anew.
  addEventListener("popstate", () => {
    const sheet = byId("sheet");
    left = closing || !!sheet?.open;
    closing = false;
    sheet?.close();
    if (left) setTimeout(refocus, 50, document.activeElement);
  });
  listen("htmx:before:history:restore", (event) => (left || history.state?.sheet) && event.preventDefault());
}
