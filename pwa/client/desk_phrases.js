// Ready phrases: a click, or Alt and a figure, writes one into the field of words; it stays to be edited.

import { byId, listen, onClick } from "./page.js";

function say(button) {
  const field = byId("motif");
  field.value = button.querySelector("span").textContent;
  field.focus();
}

export function startPhrases() {
  onClick("[data-phrase]", say);
  listen("keydown", (event) => {
    if (!event.altKey || event.target.id !== "motif" || !/^Digit[1-9]$/.test(event.code)) return;
    const button = document.querySelectorAll("[data-phrase]")[event.code.at(-1) - 1];
    if (button) say(button);
    event.preventDefault();
  });
}
