// A patch from one binary to another that shares most of its bytes: the builds with and without
// relaxed SIMD differ in a few function bodies.
//
// Layout, in little-endian 32-bit words: size of the result, number of steps, then per step the
// offset and length to copy from the base and the number of literal bytes that follow the copy;
// after the table, all literals. load.ts applies it.

const kBlock = 32;

export function makePatch(base, target) {
  const places = new Map();
  for (let i = 0; i + kBlock <= base.length; i += kBlock) {
    const key = base.latin1Slice(i, i + kBlock);
    if (!places.has(key)) places.set(key, i);
  }
  const steps = [];
  const literals = [];
  let step = { offset: 0, length: 0, literal: 0 };
  let at = 0;
  let next = 0; // where the base would go on
  while (at < target.length) {
    const found = match(base, target, at, next, places);
    if (!found) {
      literals.push(target[at++]);
      ++step.literal;
      continue;
    }
    if (step.length > 0 || step.literal > 0) steps.push(step);
    step = { ...found, literal: 0 };
    at += found.length;
    next = found.offset + found.length;
  }
  steps.push(step);
  const header = Buffer.alloc(8 + 12 * steps.length);
  header.writeUInt32LE(target.length, 0);
  header.writeUInt32LE(steps.length, 4);
  steps.forEach((s, i) => {
    header.writeUInt32LE(s.offset, 8 + 12 * i);
    header.writeUInt32LE(s.length, 12 + 12 * i);
    header.writeUInt32LE(s.literal, 16 + 12 * i);
  });
  const patch = Buffer.concat([header, Buffer.from(literals)]);
  if (!applyPatch(base, patch).equals(target)) throw new Error('the patch does not give the target');
  return patch;
}

function match(base, target, at, next, places) {
  const key = target.latin1Slice(at, at + kBlock);
  for (const offset of [next, places.get(key)]) {
    if (offset === undefined || key.length < kBlock) continue;
    if (base.latin1Slice(offset, offset + kBlock) !== key) continue;
    let length = kBlock;
    while (at + length < target.length && base[offset + length] === target[at + length]) ++length;
    return { offset, length };
  }
  return undefined;
}

function applyPatch(base, patch) {
  const parts = [];
  const steps = patch.readUInt32LE(4);
  let literal = 8 + 12 * steps;
  for (let i = 0; i < steps; ++i) {
    const word = (k) => patch.readUInt32LE(8 + 12 * i + 4 * k);
    parts.push(base.subarray(word(0), word(0) + word(1)));
    parts.push(patch.subarray(literal, literal + word(2)));
    literal += word(2);
  }
  return Buffer.concat(parts);
}
