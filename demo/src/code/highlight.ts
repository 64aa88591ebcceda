// JavaScript in colours: enough of a tokenizer to tell comments, texts, numbers and keywords.

const tokens = new RegExp(
  [
    String.raw`(?<comment>\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))`,
    String.raw`(?<text>'(?:\\.|[^'\\\n])*'?|"(?:\\.|[^"\\\n])*"?|${'`'}(?:\\.|[^${'`'}\\])*${'`'}?)`,
    String.raw`(?<number>\b\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?n?\b)`,
    String.raw`(?<keyword>(?<!\.)\b(?:as|async|await|break|case|catch|class|const|continue|do|else|export|extends|finally|for|from|function|if|import|in|let|new|null|of|return|static|super|switch|this|throw|true|false|try|typeof|undefined|using|var|void|while|yield)\b)`,
  ].join('|'),
  'g',
);

/** The source as nodes: texts, and spans with a class. The line `wrong`, from 1, is marked. */
export function highlighted(source: string, wrong?: number): DocumentFragment {
  const fragment = document.createDocumentFragment();
  let last = 0;
  for (const match of source.matchAll(tokens)) {
    fragment.append(source.slice(last, match.index));
    const [kind] = Object.entries(match.groups!).find(([, text]) => text !== undefined)!;
    fragment.append(Object.assign(document.createElement('span'), { className: kind, textContent: match[0] }));
    last = match.index + match[0].length;
  }
  // A last empty line has a height only when something stands in it.
  fragment.append(source.slice(last), '\n');
  if (wrong !== undefined) {
    const mark = Object.assign(document.createElement('i'), { className: 'wrong' });
    mark.style.setProperty('--line', String(wrong - 1));
    fragment.append(mark);
  }
  return fragment;
}
