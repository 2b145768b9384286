// The finder in the head of every agents' page: a list that follows what is typed, arrows and Enter.

import { byId, listen } from "./page.js";
import { onKey } from "./desk_keys.js";

let wanted = false;  // Enter came before the answer: it opens the first as soon as it is there

const found = () => [...byId("finder").querySelectorAll("[role=option]")];
const chosen = () => byId("finder").querySelector("[aria-selected=true]");
const fresh = () => byId("finder").querySelector("[data-for]")?.dataset.for === byId("find").value.trim();

function choose(option) {
  for (const each of found()) each.setAttribute("aria-selected", each === option);
  byId("find").setAttribute("aria-activedescendant", option?.id ?? "");
  option?.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = found();
  if (all.length) choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
}

function open() {
  wanted = !fresh();
  if (!wanted && chosen()) location.assign(chosen().href);
  return wanted || Boolean(chosen());
}

function typed(event) {
  const { key, target } = event;
  if (key === "ArrowDown" || key === "ArrowUp") step(key === "ArrowDown" ? 1 : -1);
  else if (key === "Enter" && target.value.trim().length > 1) open() || target.form.submit();
  else if (key === "Escape" && target.value) clear(target);
  else return;
  event.preventDefault();
}

function clear(input) {
  input.value = "";
  byId("finder").replaceChildren();
  input.setAttribute("aria-expanded", false);
}

function seek() {
  const box = byId("q") ?? byId("find");
  box?.focus();
  box?.select();
  return Boolean(box);
}

export function startFinder() {
  const input = byId("find");
  onKey(["/"], seek);
  if (!input) return;
  listen("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      input.focus();
      input.select();
    } else if (event.target === input) typed(event);
  });
  listen("input", ({ target }) => {
    if (target === input) wanted = false;
  });
  listen("htmx:after:swap", () => {
    input.setAttribute("aria-expanded", found().length > 0);
    choose(found()[0]);
    if (wanted && fresh() && !open()) input.form.submit();
  });
}
