// Debian's Chromium and Firefox, driven by Puppeteer (Firefox over WebDriver BiDi).

import puppeteer from 'puppeteer-core';

export const kBrowsers = ['chrome', 'firefox'];

/** `options` are more of Puppeteer's. */
export function launch(browser, options = {}) {
  if (browser === 'firefox') {
    return puppeteer.launch({ browser, executablePath: '/usr/bin/firefox-esr', headless: true, ...options });
  }
  return puppeteer.launch({
    browser,
    executablePath: '/usr/bin/chromium',
    headless: true,
    ...options,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
