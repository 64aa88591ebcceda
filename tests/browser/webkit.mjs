// Debian's WebKitGTK, driven over WebDriver on a display of its own: what of Puppeteer's interface the
// suites use.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';

const kMiniBrowser = readdirSync('/usr/lib')
  .map((folder) => `/usr/lib/${folder}/webkit2gtk-4.1/MiniBrowser`)
  .find((path) => existsSync(path));

/** Starts a program and waits for the first line of `stream` that holds `ready`; returns its group and match. */
async function started(program, args, { ready, stream = 'stdout', env = {} }) {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    process.kill(-child.pid, 'SIGTERM');
    await gone;
  };
  const source = stream === 'fd3' ? child.stdio[3] : child[stream];
  let text = '';
  const match = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`${program} ended with ${code}: ${text}`)));
    source.on('data', (data) => {
      text += data;
      const found = ready.exec(text);
      if (found) resolve(found);
    });
  });
  return { match, end };
}

/**
 * A browser with `newPage`, whose pages know `goto`, `evaluate`, `on` (of which nothing is ever heard) and
 * `close`. `sharedMemory` turns SharedArrayBuffer on, which this port has off.
 */
export async function launchWebkit({ sharedMemory = false } = {}) {
  const display = await started('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    ready: /^(\d+)\n/,
    stream: 'fd3',
  });
  const port = 20_000 + (process.pid % 20_000);
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], {
    env: {
      ...process.env,
      DISPLAY: `:${display.match[1]}`,
      LIBGL_ALWAYS_SOFTWARE: '1',
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
      ...(sharedMemory && { JSC_useSharedArrayBuffer: '1' }),
    },
    stdio: 'ignore',
    detached: true,
  });
  const call = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      body: body && JSON.stringify(body),
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  const close = async () => {
    const gone = once(driver, 'exit');
    process.kill(-driver.pid, 'SIGTERM');
    await gone;
    await display.end();
  };
  try {
    for (let tries = 100; ; --tries) {
      const up = await call('GET', '/status').catch(() => undefined);
      if (up) break;
      if (tries === 0) throw new Error('WebKitWebDriver does not answer');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { sessionId } = await call('POST', '/session', {
      capabilities: {
        alwaysMatch: { 'webkitgtk:browserOptions': { binary: kMiniBrowser, args: ['--automation'] } },
      },
    });
    const session = (method, path, body) => call(method, `/session/${sessionId}${path}`, body);
    const page = {
      on() {},
      goto: (url) => session('POST', '/url', { url }),
      async evaluate(expression) {
        const script = `const done = arguments[0];
          Promise.resolve(${expression}).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
        const { value, error } = await session('POST', '/execute/async', { script, args: [] });
        if (error) throw new Error(error);
        return value;
      },
      close: () => session('POST', '/url', { url: 'about:blank' }),
    };
    const end = async () => {
      await session('DELETE', '').catch(() => {});
      await close();
    };
    return { newPage: async () => page, close: end };
  } catch (error) {
    await close();
    throw error;
  }
}
