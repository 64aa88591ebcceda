// Giving the page its turn.

/** How long a loop may hold the thread: half of a frame at 60 Hz. */
const kTurnMs = 8;

// The last time the event loop had its turn, as far as we know.
let last = 0;

/**
 * Lets the page draw, handle input and collect garbage, if 8 ms have gone by since it last could;
 * else returns at once. For loops of one's own: `await torch.utils.pause()` in each step.
 */
export async function pause(): Promise<void> {
  const now = performance.now();
  if (last === 0) last = now;
  if (now - last < kTurnMs) return;
  await nextTask();
  last = performance.now();
}

interface WithImmediate {
  setImmediate?: (f: () => void) => void;
}

// Not a timer: browsers hold those back, to once a second in a tab in the background. Not
// scheduler.yield either, which lets the loop go before the tasks that release what was collected.
function nextTask(): Promise<void> {
  const { setImmediate } = globalThis as WithImmediate;
  return new Promise((resolve) => {
    if (setImmediate) return setImmediate(resolve);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
