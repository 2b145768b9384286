// The page's entry: paints the queue first, then claims the phone, then listens and sends. Without an account there is
// nothing of all that, only the worker to register.

import { claimPhone, startAccount } from "./account.js";
import { send, startConnection } from "./connection.js";
import { startCountdown } from "./countdown.js";
import { startDialog } from "./dialog.js";
import { startInstall } from "./install.js";
import { startOverlay } from "./overlay.js";
import { owner } from "./page.js";
import { startSignout } from "./signout.js";
import { startSubscribe } from "./subscribe.js";
import { startSwipe } from "./swipe.js";
import { startTapping } from "./tapping.js";
import { startTray } from "./tray.js";
import { startUpdate } from "./update.js";

startInstall();
startUpdate();
if (owner) {
  for (const start of [startTray, startOverlay, startTapping, startDialog, startSwipe, startConnection]) start();
  for (const start of [startCountdown, startSignout, startAccount, startSubscribe]) start();
  claimPhone().then(() => send({ trigger: true }));
}
