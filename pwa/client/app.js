// The page's entry: paints the queue first, then claims the phone, then listens and sends. Without an account there is
// nothing of all that, only the worker to register.

import { claimPhone, startAccount } from "./account.js";
import { startConnection } from "./connection.js";
import { startCountdown } from "./countdown.js";
import { startDialog } from "./dialog.js";
import { startDrag } from "./drag.js";
import { startHints } from "./hints.js";
import { startInstall } from "./install.js";
import { startOverlay } from "./overlay.js";
import { byId, onClick, owner } from "./page.js";
import { startSaid } from "./said.js";
import { startSignout } from "./signout.js";
import { startSubscribe } from "./subscribe.js";
import { startSwipe } from "./swipe.js";
import { startTapping } from "./tapping.js";
import { startTray } from "./tray.js";
import { startUpdate } from "./update.js";

startInstall();
onClick("[data-resend]", () => location.reload());  // a form that could not leave: the browser still holds it
startUpdate();
if (owner) {
  for (const start of [startTray, startOverlay, startTapping, startDialog, startDrag, startSwipe, startConnection]) start();
  for (const start of [startSaid, startCountdown, startSignout, startAccount, startSubscribe]) start();
  if (byId("tray")) startHints();
  claimPhone();
}
