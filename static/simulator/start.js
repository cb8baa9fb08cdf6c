// The list of phones, kept live, and the form beside it.

import { listen } from "./refresh.js";
import "./register.js";

listen();
