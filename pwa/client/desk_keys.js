// Single keys as shortcuts: never while something is typed, and a switch to turn them off (WCAG 2.1.4).

import { byId, listen, onClick } from "./page.js";

const OFF = "marelle-keys-off";
const keys = new Map();

export const onKey = (names, work) => names.forEach((name) => keys.set(name, work));
export const typing = ({ target }) => target.matches("textarea, select, input:not([type=checkbox], [type=radio])");

function pressed(event) {
  const { key, ctrlKey, metaKey, altKey } = event;
  if (ctrlKey || metaKey || altKey || event.isComposing || typing(event) || localStorage[OFF]) return;
  if (document.querySelector("dialog[open]")) return;
  const work = keys.get(key);
  if (work && work(event) !== false) event.preventDefault();
}

function showKeys() {
  byId("keys").showModal();
  document.querySelector("[data-keys-on]").checked = !localStorage[OFF];
}

export function startKeys() {
  listen("keydown", pressed);
  onKey(["?"], showKeys);
  onClick("[data-keys]", showKeys);
  onClick("#keys", (dialog, { target }) => target === dialog && dialog.close());
  listen("change", ({ target }) => {
    if (!target.matches("[data-keys-on]")) return;
    if (target.checked) delete localStorage[OFF];
    else localStorage[OFF] = 1;
  });
}
