// The agents' inbox: rows answer under the click, keys do all that the mouse does, and nothing is skipped between pages.

import { onKey } from "./desk_keys.js";
import { announce, byId, each, listen, onClick } from "./page.js";

const here = (selector) => byId("inbox")?.querySelector(selector);
const boxes = () => [...(byId("inbox")?.querySelectorAll("td.pick input:not(:disabled)") ?? [])];
const ticked = () => boxes().filter((box) => box.checked);
const rowOf = (node) => node?.closest("#inbox tbody tr");
const whole = () => here("#lot [name=portee]");
const press = (selector) => Boolean(here(selector)) && (here(selector).click(), true);

let last;  // the box ticked last: Shift extends from it
let latest = "";  // the row decided last: its verdict is the one to take back
let height = 0;  // where the page stood before a swap: the focus htmx gives back would scroll it away

function count() {
  const label = here("[data-picked]");
  const n = ticked().length;
  if (label) label.textContent = n ? label.dataset[n === 1 ? "one" : "many"].replace("{n}", n) : "";
}

function tick(box, checked = !box.checked) {
  box.checked = checked;
  last = box;
  count();
}

function go(step, extend) {
  const all = boxes();
  const at = all.indexOf(rowOf(document.activeElement)?.querySelector("td.pick input"));
  const next = at < 0 ? all[step > 0 ? 0 : all.length - 1] : all[Math.min(Math.max(at + step, 0), all.length - 1)];
  if (!next) return false;
  if (extend && at >= 0) for (const box of [all[at], next]) tick(box, true);
  next.focus();
}

function extendTo(box, { shiftKey }) {
  const all = boxes();
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
  if (shiftKey && from >= 0) for (const each of all.slice(from, to)) each.checked = box.checked;
  last = box;
  count();
}

function tickAll() {
  const all = boxes();
  if (!all.length) return false;
  const checked = ticked().length < all.length;
  for (const box of all) box.checked = checked;
  count();
}

// What is ticked, or else the row with the focus.
function accept() {
  if (whole() || ticked().length) return press("#lot [value=accept]");
  const button = rowOf(document.activeElement)?.querySelector("form [name=verdict][value=accept]")?.form.querySelector("button");
  button?.click();
  return Boolean(button);
}

function refuse() {
  const box = rowOf(document.activeElement)?.querySelector("td.pick input:not(:disabled)");
  if (!whole() && !ticked().length) {
    if (!box) return false;
    tick(box, true);
  }
  byId("motif").focus();
}

// Rows on their way: what was said shows at once, and goes back with the words when the answer does not come.
const noteIn = (row, id) => row.querySelector("td.act").prepend(byId(id).content.cloneNode(true));

function send(row, verdict) {
  if (row.contains(document.activeElement)) go(row.contains(boxes().at(-1)) ? -1 : 1);
  row.querySelector(".row-failed")?.remove();
  row.dataset.q = verdict;
  row.querySelector("td.pick input").disabled = true;
  noteIn(row, `row-${verdict}`);
}

function takeBack(row) {
  delete row.dataset.q;
  row.querySelector(".row-told")?.remove();
  row.querySelector("td.pick input").disabled = false;
  noteIn(row, "row-failed");
}

function leaving({ detail: { ctx } }) {
  const form = ctx.sourceElement;
  const row = rowOf(form);
  const verdict = row ? form.elements.verdict?.value : ctx.sourceEvent?.submitter?.value;
  if (!byId(`row-${verdict}`)) return;
  if (row) {
    latest = row.id;
    if (verdict === "accept" || form.elements.motif.value.trim()) send(row, verdict);
  } else if (form.id === "lot" && (verdict === "accept" || byId("motif").value.trim())) {
    for (const box of ticked()) send(rowOf(box), verdict);
  }
}

function failed({ detail: { ctx } }) {
  const form = ctx?.sourceElement;
  const mine = rowOf(form) ? [rowOf(form)] : form?.id === "lot" ? document.querySelectorAll("#inbox tr[data-q]") : [];
  for (const row of mine) if (row.dataset.q) takeBack(row);
  if (mine.length) announce(byId("row-failed").content.textContent);
}

// After an answer: counts, focus, and the next rows when none of this page is left to decide.
function arrived({ detail: { ctx } }) {
  if (!byId("inbox")) return;
  each("#inbox tr[data-now]", (row) => {
    for (const label of byId("inbox").querySelectorAll("[data-left]")) label.textContent = row.dataset[label.dataset.left];
    row.removeAttribute("data-now");
    if (row.matches(".done")) announce(row.querySelector(".row-told")?.textContent);
    if (row.querySelector(".error")) row.querySelector("details input").focus({ preventScroll: true });
  });
  count();
  if (ctx.target?.id === "inbox") settle();
  else if (!boxes().length && !here("tr[data-q]") && here("tr.done") && !whole()) again();
}

function settle() {
  latest = "";
  if (here("#lot [aria-invalid]")) {
    byId("motif").focus({ preventScroll: true });
    return scrollTo(0, height);
  }
  scrollTo(0, 0);
  (here(".banner[tabindex]") ?? boxes()[0])?.focus({ preventScroll: true });
}

// The same page again: what was decided is gone from it, what follows has moved up.
const again = () => htmx.ajax("GET", byId("lot").dataset.hxPost, { target: "#inbox", swap: "outerHTML" });

function turn(direction, event) {
  if (direction !== "next" || !here("tr.done")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  again();
}

function startKeysOfInbox() {
  onKey(["j"], () => go(1));
  onKey(["k"], () => go(-1));
  onKey(["J"], () => go(1, true));
  onKey(["K"], () => go(-1, true));
  for (const [key, step] of [["ArrowDown", 1], ["ArrowUp", -1]]) {
    onKey([key], (event) => Boolean(rowOf(event.target)) && go(step, event.shiftKey));
  }
  onKey(["x"], () => {
    const box = rowOf(document.activeElement)?.querySelector("td.pick input:not(:disabled)");
    if (!box) return false;
    tick(box);
  });
  onKey(["t"], tickAll);
  onKey(["T"], () => press("#lot [value=filter]"));
  onKey(["a"], accept);
  onKey(["r"], refuse);
  onKey(["u"], () => press(`#${latest || "inbox"} .undo button`));
  onKey(["n"], () => press("a[rel=next]"));
  onKey(["p"], () => press("a[rel=prev]"));
}

export function startInbox() {
  if (!byId("inbox")) return;
  startKeysOfInbox();
  onClick("#inbox td.pick input", extendTo);
  listen("click", (event) => {
    const link = event.target.closest("#inbox a[rel=next]");
    if (link) turn(link.rel, event);
    if (event.target.closest("#inbox [data-all]")) {
      event.preventDefault();
      tickAll();
    }
  }, { capture: true });
  listen("htmx:before:swap", () => { height = scrollY; });
  for (const [name, work] of [["before:request", leaving], ["error", failed], ["response:error", failed], ["after:swap", arrived]]) {
    listen(`htmx:${name}`, work);
  }
  count();
}
