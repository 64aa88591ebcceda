// Show me the code: the documentation's examples, to be changed and run; and the figures as PyTorch.

import './code.css';
import type { State } from '../state.js';
import { highlighted } from './highlight.js';
import { networkScript, oneLayerScript } from './python.js';
import { run, type Outcome } from './runner.js';

const element = <E extends HTMLElement = HTMLElement>(id: string): E => document.getElementById(id) as E;

const files = import.meta.glob<string>('./examples/*.js', { query: '?raw', import: 'default', eager: true });
/** The examples in the order of their names; the first line says what each shows. */
const examples = Object.keys(files)
  .sort()
  .map((path) => ({ title: files[path]!.split('\n')[0]!.replace(/^\/\/ |\.$/g, ''), source: files[path]! }));

export function codePanel(state: () => State): void {
  const editor = element<HTMLTextAreaElement>('code-editor');
  const layer = element('code-layer');
  const output = element('code-output');
  const problem = element('code-problem');
  const button = element<HTMLButtonElement>('code-run');
  const choice = element<HTMLSelectElement>('code-example');
  let stop: (() => void) | undefined;

  function colour(wrong?: number): void {
    layer.replaceChildren(highlighted(editor.value, wrong));
    layer.scrollTop = editor.scrollTop;
    layer.scrollLeft = editor.scrollLeft;
  }

  function complain(text: string, line?: number): void {
    problem.textContent = line === undefined ? text : `Line ${line}: ${text}`;
    problem.hidden = text === '';
    colour(line);
  }

  function finished(outcome: Outcome, began: number): void {
    stop = undefined;
    button.textContent = 'Run';
    output.removeAttribute('aria-busy');
    if (outcome.kind === 'failed') {
      complain(outcome.message, outcome.line);
      if (outcome.began && began === 0) output.textContent = '';
    } else if (outcome.kind === 'stopped') complain(outcome.message);
    else if (began === 0) output.textContent = '';
    element('code-time').textContent = outcome.kind === 'done' ? `Ran in ${outcome.ms.toFixed(0)} ms.` : '';
  }

  function start(): void {
    if (stop) return stop();
    complain('');
    button.textContent = 'Stop';
    output.setAttribute('aria-busy', 'true');
    element('code-time').textContent = 'Running…';
    // What stands there stays until the new program has something to say.
    let lines = 0;
    const program = run(editor.value, (text) => {
      if (lines === 0) output.textContent = '';
      output.append(`${text}\n`);
      lines += 1;
    });
    stop = program.stop;
    void program.outcome.then((outcome) => finished(outcome, lines));
  }

  choice.replaceChildren(...examples.map(({ title }, i) => new Option(title, String(i))));
  const pick = (): void => {
    editor.value = examples[Number(choice.value)]!.source;
    complain('');
  };
  choice.addEventListener('change', pick);
  editor.addEventListener('input', () => complain(''));
  editor.addEventListener('scroll', () => {
    layer.scrollTop = editor.scrollTop;
    layer.scrollLeft = editor.scrollLeft;
  });
  editor.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (!stop) start();
  });
  button.addEventListener('click', start);
  pick();

  const scripts = { one: oneLayerScript, network: networkScript };
  for (const [name, script] of Object.entries(scripts)) {
    element(`python-${name}`).addEventListener('click', () => void copy(script(state())));
  }
  async function copy(text: string): Promise<void> {
    const place = element('python-script');
    place.textContent = text;
    element('python-shown').hidden = false;
    let copied = true;
    // A page may lack the permission; the script stands there all the same.
    await navigator.clipboard.writeText(text).catch(() => (copied = false));
    element('python-status').textContent = copied ? 'Copied.' : 'Select the script below to copy it.';
  }
}
