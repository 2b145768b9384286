// The page's entry: paints the queue first, then claims the phone, then listens and sends.

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

for (const start of [startTapping, startDialog, startSwipe, startInstall, startSignout, startTray]) start();
for (const start of [startOverlay, startUpdate, startCountdown, startAccount, startSubscribe]) start();
startConnection();
if (owner) claimPhone().then(() => send({ trigger: true }));
