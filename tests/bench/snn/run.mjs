// The experiments of self-normalizing networks, E1 to E5 with their criteria, and the page's measurements.
//
//   ./run bench snn [--only E1,E2,…|page] [--data FOLDER] [--write]
//
// E3 to E5 need the MNIST files, looked for in ../shared/data beside the checkout. `page` trains for about ten
// minutes and, with --write, replaces demo/src/measured.json; it runs only when it is named.

import { folder } from './data.mjs';
import { e1, e2 } from './moments.mjs';
import { page } from './page.mjs';
import { e3, e4, e5 } from './training.mjs';

const option = (name) => {
  const i = process.argv.indexOf(`--${name}`);
  return i < 0 ? undefined : process.argv[i + 1];
};
const experiments = { E1: e1, E2: e2, E3: e3, E4: e4, E5: e5 };
const only = option('only')?.split(',') ?? Object.keys(experiments);
const unknown = only.find((name) => name !== 'page' && !Object.hasOwn(experiments, name));
if (unknown !== undefined) {
  console.error(`no experiment '${unknown}'; there are: ${Object.keys(experiments).join(' ')} page`);
  process.exit(2);
}

const say = (text) => console.log(text);
let [passed, failed] = [0, 0];
/** Prints what was measured beside its criterion. */
function hold(label, measured, relation, limit) {
  const right = relation === '<=' ? measured <= limit : measured >= limit;
  if (right) ++passed;
  else ++failed;
  const number = (x) => String(Number(Number(x).toPrecision(4)));
  say(`${right ? '✓' : '✗'} ${label}: ${number(measured)} ${relation} ${number(limit)}`);
}

for (const name of only) {
  say(`== ${name}`);
  if (name === 'page') await page({ write: process.argv.includes('--write'), say });
  else experiments[name]({ hold, say, where: folder(option('data')) });
}
say(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
