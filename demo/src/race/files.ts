// The visitor's files, and the worker that makes every race's samples. A file that cannot be read
// takes nothing away: what was there before stays.

import type { Raw, Settings, SourceTell } from './messages.js';

export interface Said {
  made(raw: Raw): void;
  failed(message: string): void;
}

export class Source {
  #worker: Worker | undefined;
  #id = 0;
  #key = '';
  #raw: Raw | undefined;
  /** The files in use, and those that are being tried. */
  #files: readonly File[] = [];
  #tried: readonly File[] = [];
  #half: readonly File[] = [];

  constructor(private readonly said: Said) {}

  get hasFile(): boolean {
    return this.#files.length > 0;
  }

  /** Tries new files; half of an IDX pair waits for the other half. */
  take(files: readonly File[], settings: Settings): void {
    this.#make({ ...settings, data: 'file' }, [...this.#half, ...files]);
  }

  /** The samples for the settings; at once when they are those of before. */
  make(settings: Settings): void {
    this.#make(settings, this.#files);
  }

  #make({ data, seed }: Settings, files: readonly File[]): void {
    const key = [data, seed].join();
    if (this.#raw && key === this.#key && files === this.#files) {
      this.#id += 1;
      return this.said.made(this.#raw);
    }
    this.#worker ??= this.#start();
    this.#id += 1;
    this.#tried = files;
    this.#worker.postMessage({ id: this.#id, data, seed, files: data === 'file' ? files : [] });
    const id = this.#id;
    this.#worker.onmessage = ({ data: told }: MessageEvent<SourceTell>): void => {
      if (told.id === id && id === this.#id) this.#hear(told, key, data === 'file');
    };
  }

  #hear(told: SourceTell, key: string, file: boolean): void {
    this.#half = [];
    if ('raw' in told) {
      [this.#raw, this.#key] = [told.raw, key];
      if (file) this.#files = this.#tried;
      this.said.made(told.raw);
    } else if ('half' in told) {
      this.#half = this.#tried;
      this.said.failed(told.half);
    } else this.said.failed(told.message);
  }

  #start(): Worker {
    const worker = new Worker(new URL('./source_worker.ts', import.meta.url), { type: 'module', name: 'samples' });
    worker.onerror = (event): void => {
      event.preventDefault();
      this.#worker = undefined;
      this.said.failed(event.message || 'the worker that makes the data could not be loaded');
    };
    return worker;
  }
}

/** Calls `take` with what is dropped on `zone`. */
export function droppable(zone: HTMLElement, take: (files: readonly File[]) => void): void {
  zone.addEventListener('dragover', (event) => {
    event.preventDefault();
    zone.classList.add('over');
  });
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', (event) => {
    event.preventDefault();
    zone.classList.remove('over');
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) take(files);
  });
}
