import { startClaims } from "./claim.js";
import { startCountdowns } from "./countdown.js";
import { startDrafts } from "./drafts.js";
import { startForms } from "./forms.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startViewers } from "./viewer.js";

startLive();
startViewers();
startCountdowns();
startForms();
startDrafts();
startKeys();
startClaims();
