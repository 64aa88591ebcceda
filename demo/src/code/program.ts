// What the visitor writes, made into a module that a worker can import without a bundler.

/** Names of modules that a program may import: the worker holds them as globals. */
const known: Record<string, string> = { alphatorch: 'globalThis.torch' };

/** An error of the visitor's text, at a line counted from 1. */
export class ProgramError extends Error {
  constructor(
    message: string,
    readonly line: number,
  ) {
    super(message);
  }
}

/** `import … from 'alphatorch'` becomes a constant on the same lines, so that line numbers hold. */
export function prepared(source: string): string {
  const imports = /^[ \t]*import\s+(?:(?:\*\s+as\s+(\w+)|(\{[^}]*\}))\s+from\s+)?(['"])([^'"\n]+)\3[ \t]*;?/gm;
  return source.replace(imports, (_, all: string | undefined, some: string | undefined, _quote, from: string, at: number) => {
    const module = known[from];
    if (!module) {
      throw new ProgramError(`only 'alphatorch' can be imported here, not '${from}'`, source.slice(0, at).split('\n').length);
    }
    return `const ${all ?? some?.replace(/(\w+)\s+as\s+/g, '$1: ') ?? '{}'} = ${module};`;
  });
}

/** Where in a blob's code an error was thrown: the first of its lines in the stack. */
export function lineOf(stack: string | undefined): number | undefined {
  const found = /blob:[^\s)]*?:(\d+):\d+/.exec(stack ?? '');
  return found ? Number(found[1]) : undefined;
}

/** The first syntax error of a module, if there is one. A parser is loaded only when it is needed. */
export async function syntaxError(source: string): Promise<ProgramError | undefined> {
  const { parse } = await import('acorn');
  try {
    parse(source, { ecmaVersion: 'latest', sourceType: 'module' });
  } catch (error) {
    const { message, loc } = error as Error & { loc?: { line: number } };
    if (loc) return new ProgramError(message.replace(/ \(\d+:\d+\)$/, ''), loc.line);
  }
  return undefined;
}
