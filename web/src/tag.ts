// The script tag: `torch` is there, and runs, when this script has run.

import { core } from './core.js';
import * as torch from './index.js';

(globalThis as { torch?: typeof torch }).torch = torch;
core();
