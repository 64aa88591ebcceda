// One rule: what it demands, and check(file, files), which returns the offences as text.

const layers = ['base', 'simd', 'kernels', 'tensor', 'autograd', 'ops', 'io'];
const forbiddenNames = new Set(['utils', 'helpers', 'common', 'misc', 'manager', 'v2', 'new', 'final']);
// torch.utils.data keeps the name that PyTorch's users know.
const grantedFolders = /^(web\/src|tests\/web)\/utils$/;
const machineFolders = ['work', 'tmp', 'root'];
const registryHosts = ['deb.debian', 'registry.npmjs', 'pypi', 'files.pythonhosted', 'proxy.golang'];

const code = /\.(h|cpp|ts|mts|cts|mjs|cjs|js|py|sh|cmake|css|html|md)$/;
const generated = /^(tests\/fixtures\/|web\/src\/core\.d\.mts$)/;

/** Offences of the lines of `file` that `find` returns a reason for. */
function eachLine(file, find) {
  return file.text.split('\n').flatMap((line, i) => {
    const reason = find(line);
    return reason ? [`${file.path}:${i + 1}: ${reason}`] : [];
  });
}

const layerOf = (path) => /^src\/([^/]+)\//.exec(path)?.[1];

function checkInclude(file, files) {
  const own = layerOf(file.path);
  if (own === undefined || !/\.(h|cpp)$/.test(file.path)) return [];
  if (!layers.includes(own)) return [`${file.path}: src/${own} is not a layer`];
  return eachLine(file, (line) => {
    const system = /^\s*#\s*include\s*<([^>]+)>/.exec(line)?.[1];
    if (system) {
      if (system.startsWith('simde/') || system === 'wasm_simd128.h') {
        return file.path === 'src/simd/vec.h' ? '' : `only simd/vec.h includes <${system}>`;
      }
      return system.startsWith('emscripten') ? `src/ knows no <${system}>` : '';
    }
    const included = /^\s*#\s*include\s*"([^"]+)"/.exec(line)?.[1];
    if (!included) return '';
    const other = included.split('/')[0];
    if (!layers.includes(other)) return `write "${included}" from src/, as "layer/file.h"`;
    if (layers.indexOf(other) > layers.indexOf(own)) return `${own} may not see ${other}`;
    if (!files.some((f) => f.path === `src/${included}`)) return `no file src/${included}`;
    return '';
  });
}

/** Where `specifier`, imported by `path`, lies; undefined for a package. */
function target(path, specifier) {
  if (!specifier.startsWith('.')) return undefined;
  return new URL(specifier, `file:///${path}`).pathname.slice(1);
}

function checkImport(file) {
  const own = /^(web\/src|demo)\//.exec(file.path)?.[1];
  if (!own || !/\.[mc]?[tj]s$/.test(file.path)) return [];
  return eachLine(file, (line) => {
    const specifier = /(?:\bfrom|\bimport|\bimport\()\s*['"]([^'"]+)['"]/.exec(line)?.[1];
    if (!specifier) return '';
    const to = target(file.path, specifier);
    if (to?.startsWith('web/generated/') && own === 'web/src') return '';
    return to && !to.startsWith(`${own}/`) ? `${own} may not import ${specifier}` : '';
  });
}

function checkName({ path }) {
  const parts = path.split('/');
  return parts.flatMap((part, i) => {
    const isFile = i === parts.length - 1;
    if (!isFile && grantedFolders.test(parts.slice(0, i + 1).join('/'))) return [];
    const bad = part.toLowerCase().split(/[._-]/).find((word) => forbiddenNames.has(word));
    return bad ? [`${path}: "${bad}" says nothing about what is inside`] : [];
  });
}

const folder = new RegExp(`(?<![\\w./$}*)\\]])/(${machineFolders.join('|')})(/|\\b(?!\\w))`);
const host = new RegExp(`\\b(${registryHosts.join('|').replaceAll('.', '\\.')})\\.(org|com)\\b`);

export const rules = [
  { name: 'layers look only to their left, and only through src/', check: checkInclude },
  { name: 'web and demo import nothing from outside themselves', check: checkImport },
  {
    name: 'only web/src/core.ts touches wasm memory',
    check: (file) =>
      /^web\/src\/.*\.ts$/.test(file.path) && file.path !== 'web/src/core.ts'
        ? eachLine(file, (line) => (/\bHEAP(U?8|U?16|U?32|F32|F64)\b/.test(line) ? line.trim() : ''))
        : [],
  },
  {
    name: 'every C++ header has #pragma once',
    check: ({ path, text }) =>
      path.endsWith('.h') && !/^#pragma once$/m.test(text) ? [`${path}: no #pragma once`] : [],
  },
  {
    name: 'no file is longer than 500 lines',
    check: ({ path, text }) => {
      const lines = text.split('\n').length - 1;
      const counted = code.test(path) && !generated.test(path);
      return counted && lines > 500 ? [`${path}: ${lines} lines`] : [];
    },
  },
  { name: 'no file or folder has an empty name', check: checkName },
  {
    name: 'no path of one machine, no download address',
    check: (file) =>
      eachLine(file, (line) =>
        (code.test(file.path) && !generated.test(file.path) && folder.exec(line)?.[0]) ||
        host.exec(line)?.[0] || ''),
  },
  {
    name: 'lines end where .editorconfig says',
    check: (file) =>
      code.test(file.path) && !generated.test(file.path)
        ? eachLine(file, (line) => {
            if (/[ \t\r]$/.test(line)) return 'space at the end';
            if (/^\t/.test(line)) return 'a tab';
            return '';
          })
        : [],
  },
];
