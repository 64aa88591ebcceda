// Debian's Chromium and Firefox, driven by Puppeteer (Firefox over WebDriver BiDi).

import puppeteer from 'puppeteer-core';

export const kBrowsers = ['chrome', 'firefox'];

export function launch(browser) {
  if (browser === 'firefox') {
    return puppeteer.launch({ browser, executablePath: '/usr/bin/firefox-esr', headless: true });
  }
  return puppeteer.launch({
    browser,
    executablePath: '/usr/bin/chromium',
    headless: true,
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
