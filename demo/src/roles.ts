// The workers of the race and of the code are this one file, so that the library is fetched once; a
// worker's name says which it is.

import { serve as code } from './code/worker.js';
import { serve as samples } from './race/source_worker.js';
import { serve as lane } from './race/worker.js';

const roles: Record<string, () => void> = { code, lane, samples };
roles[self.name]?.();
