// The script tag after torch.js: `torch.snn` is there.

import * as snn from './index.js';

const page = globalThis as { torch?: object };
page.torch = { ...page.torch, snn };
