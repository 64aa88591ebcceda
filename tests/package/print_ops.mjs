// ./run ops: every public op with the test row that holds it, and the wanted names. Exits with 1 where
// an op has no row.
import { missing, ops, wanted } from './op_rows.mjs';

const all = ops().sort((a, b) => (a.path < b.path ? -1 : 1));
const width = Math.max(...all.map(({ path }) => path.length));
console.log(`${'op'.padEnd(width)}  function method  test row`);
for (const { path, functions, method, row } of all) {
  const also = functions.filter((name) => name !== path).map((name) => ` (${name})`).join('');
  const [f, m] = [functions.length > 0 ? 'yes' : '-', method ? 'yes' : '-'];
  console.log(`${path.padEnd(width)}  ${f.padEnd(8)} ${m.padEnd(7)} ${row ?? 'NONE'}${also}`);
}
const without = all.filter(({ row }) => !row);
const gone = missing();
console.log(`\n${all.length} public ops, ${all.length - without.length} with a test row`);
console.log(`${wanted.length - gone.length} of the ${wanted.length} names that scripts use most${gone.length ? `; missing: ${gone.join(' ')}` : ''}`);
console.log(`ops: ${all.length - without.length} passed, ${without.length} failed`);
process.exit(without.length === 0 ? 0 : 1);
