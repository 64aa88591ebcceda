// Minifiers rename classes; errors and printed modules use the names that users know.

import { TorchError } from './core.js';
import { DType } from './dtype.js';
import * as modules from './nn/modules.js';
import { Parameter } from './nn/parameter.js';
import * as schedulers from './optim/lr_scheduler/index.js';
import * as optimizers from './optim/optimizers.js';
import { Generator } from './random.js';
import { Tensor } from './tensor.js';
import * as data from './utils/data/index.js';

const named = { ...modules, ...optimizers, ...schedulers, ...data, Parameter, Tensor, Generator, TorchError, dtype: DType };
for (const [name, type] of Object.entries(named))
  Object.defineProperty(type, 'name', { value: name });
