// The script tag after torch.js: `torch.onnx` is there.

import * as onnx from './index.js';

const page = globalThis as { torch?: object };
page.torch = { ...page.torch, onnx };
