// The sheet: a day's panel, the reason of a closed square, the verdict of a refused one; Back and Escape close it.

import { byId, cloneOf, onClick } from "./page.js";

const body = () => byId("sheet-body");

function openSheet(content) {
  const sheet = byId("sheet");
  body().replaceChildren(...[content].filter(Boolean));
  if (sheet.open) return;
  sheet.showModal();
  history.pushState({ sheet: true }, "");
  sheet.addEventListener("close", () => history.state?.sheet && history.back(), { once: true });
}

export function openDay(day) {
  openSheet(byId("sheet-wait")?.content.cloneNode(true));
  return htmx.ajax("GET", `/f/planning/jour/${day}`, { target: body(), swap: "innerHTML" });
}

export const openVerdict = (record) => openSheet(cloneOf("tray-verdict", record));

export function openReason(button) {
  const name = button.querySelector(".sr").textContent;
  const card = cloneOf("sheet-why", { name: name.replace(/\s*:\s*$/, ""), reason: button.dataset.why });
  const link = card.querySelector("a");
  const day = button.dataset.day || button.closest("[data-day]")?.dataset.day;
  if (link && day) link.dataset.day = day;
  else link?.remove();
  openSheet(card);
}

export function startDialog() {
  onClick("a[data-day]", (link, event) => {
    const plain = event.metaKey || event.ctrlKey || event.shiftKey;
    if (plain || !window.htmx || !byId("sheet")) return;
    event.preventDefault();
    openDay(link.dataset.day);
  });
  onClick("#sheet [data-close]", (link, event) => {
    event.preventDefault();
    byId("sheet").close();
  });
  // A tap beside the sheet lands on the dialog itself.
  onClick("#sheet", (sheet, event) => event.target === sheet && sheet.close());
  // Back closes the sheet and nothing else: htmx must not fetch the page behind it anew.
  addEventListener("popstate", () => {
    const sheet = byId("sheet");
    if (!sheet?.open) return;
    document.addEventListener("htmx:before:history:restore", (event) => event.preventDefault(), { once: true });
    sheet.close();
  });
}
