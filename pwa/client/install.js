// Offers to put Marelle on the home screen: the browser's own question, or the way to do it on an iPhone.

import { each, onClick } from "./page.js";

let question;

export function startInstall() {
  const show = () => each("[data-install]", (card) => { card.hidden = !question; });
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    question = event;
    show();
  });
  onClick("[data-install-now]", () => {
    question.prompt();
    question = undefined;
    show();
  });
  // Only Safari on iOS has navigator.standalone and touch points; it asks nothing, so the way to do it is shown.
  if (navigator.standalone === false && navigator.maxTouchPoints) each("[data-install-ios]", (card) => { card.hidden = false; });
}
