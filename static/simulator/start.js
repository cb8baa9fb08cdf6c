// The list of phones, kept live.

import { listen } from "./refresh.js";

listen();
