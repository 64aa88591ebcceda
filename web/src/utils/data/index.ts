// torch.utils.data

export { default_collate, default_convert } from './collate.js';
export { DataLoader } from './dataloader.js';
export type { DataLoaderOptions } from './dataloader.js';
export {
  ConcatDataset,
  Dataset,
  IterableDataset,
  random_split,
  Subset,
  TensorDataset,
} from './dataset.js';
export type { Indexable } from './dataset.js';
export {
  BatchSampler,
  RandomSampler,
  Sampler,
  SequentialSampler,
  SubsetRandomSampler,
  WeightedRandomSampler,
} from './sampler.js';
