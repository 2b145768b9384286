// Offers to put Marelle on the home screen: the browser's own question, or the way to do it on an iPhone.

import { each, onClick } from "./page.js";

let question;

const reveal = (selector, shown) => each(selector, (card) => { card.hidden = !shown; });
const isInstalled = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone;
const isApple = () => /iPhone|iPad/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);

export function startInstall() {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    question = event;
    reveal("[data-install]", true);
  });
  onClick("[data-install-now]", () => {
    question?.prompt();
    reveal("[data-install]", false);
  });
  if (isApple() && !isInstalled()) reveal("[data-install-ios]", true);
}
