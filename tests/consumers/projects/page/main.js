import { report } from './train.js';

globalThis.outcome = report();
