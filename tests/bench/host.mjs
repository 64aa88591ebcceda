// What runs inside a process or a page: one library, the runners it has for a task, and the clock.

/** A run of the clock's loop lasts at least this long, so that reading the clock costs nothing. */
const kBatchMs = 1;

/**
 * An adapter has `open(options)` and `make(task)`, which returns runners by name, or nothing when it
 * cannot do the task. A runner has run(), or async run() and `async: true`; result(), which computes
 * and returns numbers; `steps`, when one run is several; and dispose().
 */
export function host(adapter) {
  let runners = {};

  async function repeat(runner, ms) {
    const batch = runner.batch ?? 1;
    const start = performance.now();
    let [now, count] = [start, 0];
    do {
      if (runner.async) for (let i = 0; i < batch; ++i) await runner.run();
      else for (let i = 0; i < batch; ++i) runner.run();
      count += batch;
      now = performance.now();
    } while (now - start < ms);
    return (now - start) / count;
  }

  return {
    open: (options) => adapter.open(options),

    async setup(task) {
      runners = (await adapter.make(task)) ?? {};
      return Object.keys(runners);
    },

    result: (name) => runners[name].result(),

    /** Runs until the engine has compiled what runs often. */
    async warm(name, ms) {
      const runner = runners[name];
      const once = await repeat(runner, ms);
      runner.batch = Math.max(1, Math.round(kBatchMs / once));
    },

    /** Milliseconds a step, of as many as last `ms`. */
    async time(name, ms) {
      return (await repeat(runners[name], ms)) / (runners[name].steps ?? 1);
    },

    async clear() {
      for (const runner of Object.values(runners)) await runner.dispose?.();
      runners = {};
    },
  };
}
