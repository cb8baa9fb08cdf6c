// A phone in the browser.

import "./quiet.js";
import "./writer.js";
import "./tapback.js";
import "./sheet.js";
import { listen, toEnd } from "./refresh.js";

toEnd();
listen();
