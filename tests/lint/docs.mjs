// Which public functions and classes have no doc comment.
import { relative } from 'node:path';
import ts from 'typescript';

/** The exports of `entry` and of its namespaces that are values without a doc comment: file:line name. */
export function undocumented(entry, config) {
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(config, ts.sys.readFile).config, ts.sys, 'web');
  const program = ts.createProgram([entry], { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const offences = [];
  const seen = new Set();
  const visit = (module, prefix) => {
    for (const exported of checker.getExportsOfModule(module)) {
      const aliased = exported.flags & ts.SymbolFlags.Alias;
      const symbol = aliased ? checker.getAliasedSymbol(exported) : exported;
      if (seen.has(symbol)) continue;
      seen.add(symbol);
      const path = prefix + exported.name;
      const [declaration] = symbol.declarations ?? [];
      if (symbol.flags & ts.SymbolFlags.ValueModule) visit(symbol, `${path}.`);
      else if (symbol.flags & ts.SymbolFlags.Value && symbol.getDocumentationComment(checker).length === 0) {
        const file = declaration.getSourceFile();
        const { line } = file.getLineAndCharacterOfPosition(declaration.getStart());
        offences.push(`${relative('.', file.fileName)}:${line + 1}: ${path} has no doc comment`);
      }
    }
  };
  visit(checker.getSymbolAtLocation(program.getSourceFile(entry)), 'torch.');
  return { offences, count: seen.size };
}
