// Opening a page and waiting for what it finds, on machines that may be busy with other things: a page is
// given long, looked at often, and in Firefox opened again.

const kPatienceMs = 30_000;

/** What Puppeteer's goto and reload take: longer than its half minute. */
export const kLoading = { timeout: 120_000, waitUntil: 'domcontentloaded' };

// On a busy machine Firefox now and then never comes back from a `new Worker` or an importScripts in
// a worker, whatever is in it: then its page gets another chance.
const kChances = { chrome: 2, firefox: 3, webkit: 2 };

/** What the page's promise `expected` comes to: { outcome } or { error }. */
export async function answerOf(page, { expected = 'globalThis.outcome', patience = kPatienceMs } = {}) {
  const look = `(() => {
    globalThis.settling ??= (${expected})?.then(
      (outcome) => (globalThis.arrived = { outcome }),
      (error) => (globalThis.arrived = { error: String(error) }),
    );
    return globalThis.arrived ?? null;
  })()`;
  const end = performance.now() + patience;
  let trouble;
  while (performance.now() < end) {
    // While a page loads itself again there is nothing to ask.
    const arrived = await page.evaluate(look).catch((error) => void (trouble = error.message));
    if (arrived) return arrived;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { error: trouble, silent: true };
}

/**
 * Opens `address` in a browser that is called `name`; returns what the page's promise, its global
 * `outcome`, came to as { outcome } or { error }, and the page's errors.
 */
export async function visit(browser, name, address, options) {
  for (let chance = kChances[name]; ; --chance) {
    const page = await browser.newPage();
    const errors = [];
    // The browser itself asks for a favicon, which a strict policy does not allow.
    const note = (text) => text.includes('favicon.ico') || errors.push(text);
    page.on('pageerror', (error) => note(error.message));
    page.on('console', (message) => message.type() === 'error' && note(message.text()));
    try {
      await page.goto(address, kLoading);
      const { outcome, error, silent } = await answerOf(page, options);
      if (outcome) return { outcome, errors };
      if (silent && errors.length === 0 && chance > 1) continue;
      return { error: [error ?? 'no answer', ...errors].join('; '), errors };
    } catch (error) {
      return { error: [error.message, ...errors].join('; '), errors };
    } finally {
      await page.close();
    }
  }
}
