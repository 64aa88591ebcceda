// Samples are made and files are read here: neither keeps the page waiting.

import * as torch from 'alphatorch';
import type { SourceAsk, SourceTell } from './messages.js';
import { samples } from './source.js';

const say = (message: SourceTell): void => postMessage(message);
const ready = torch.init();

onmessage = ({ data }: MessageEvent<SourceAsk>): void => {
  const { id } = data;
  ready
    .then(() => samples(data))
    .then((made) => say('half' in made ? { id, ...made } : { id, raw: made }))
    .catch((error: unknown) => say({ id, message: error instanceof Error ? error.message : String(error) }));
};
