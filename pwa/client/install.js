// Offers to put Marelle on the home screen: the browser's own question, or the way to do it on an iPhone.

import { each, onClick } from "./page.js";

let question;

export function startInstall() {
  const show = (selector, shown) => each(selector, (card) => { card.hidden = !shown; });
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    question = event;
    show("[data-install]", true);
  });
  onClick("[data-install-now]", () => {
    question.prompt();
    show("[data-install]");
  });
  // Only Safari on iOS knows navigator.standalone; an iPad calls itself a Mac, but no Mac has several touch points.
  show("[data-install-ios]", navigator.standalone === false && navigator.maxTouchPoints > 1);
}
