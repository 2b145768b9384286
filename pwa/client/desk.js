// The agents' entry, beside app.js: keys, the finder, the inbox. Families never load it.

import { startFinder } from "./desk_finder.js";
import { startInbox } from "./desk_inbox.js";
import { startKeys } from "./desk_keys.js";
import { startPhrases } from "./desk_phrases.js";

document.documentElement.dataset.desk = "";
for (const start of [startKeys, startFinder, startInbox, startPhrases]) start();
