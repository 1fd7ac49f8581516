import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export type Declaration = ts.InterfaceDeclaration | ts.ClassDeclaration | ts.TypeAliasDeclaration;

export type DeclarationFiles = {
  /** The parsed file that declares a resource or function; undefined when the package has none of that name. */
  findFile(folder: string, name: string): ts.SourceFile | undefined;
  /** An interface of types/input.d.ts or types/output.d.ts by its dotted name (`sqs.QueueTag`). */
  findNested(side: 'input' | 'output', name: string): Declaration | undefined;
  /** The values of an enum of types/enums by its dotted name. */
  findEnum(name: string): (string | number)[] | undefined;
};

/**
 * Reads single declarations out of a provider package. The types of a whole cloud are files of several megabytes: they are
 * cut at their top-level declarations first, and only the piece that is asked for is parsed.
 */
export function openDeclarationFiles(packageFolder: string): DeclarationFiles {
  const pieces = new Map<string, Map<string, string>>();
  const parsed = new Map<string, ts.SourceFile>();

  function parse(key: string, text: string): ts.SourceFile {
    const known = parsed.get(key);
    if (known) return known;
    const file = ts.createSourceFile(key, text, ts.ScriptTarget.Latest, true);
    parsed.set(key, file);
    return file;
  }

  function piecesOf(side: 'input' | 'output'): Map<string, string> {
    const known = pieces.get(side);
    if (known) return known;
    const file = join(packageFolder, 'types', `${side}.d.ts`);
    const cut = existsSync(file) ? cutAtTopLevel(readFileSync(file, 'utf8')) : new Map<string, string>();
    pieces.set(side, cut);
    return cut;
  }

  return {
    findFile(folder, name) {
      const path = join(packageFolder, folder);
      if (!existsSync(path)) return undefined;
      const wanted = `${name.toLowerCase()}.d.ts`;
      const file = readdirSync(path).find((entry) => entry.toLowerCase() === wanted);
      return file === undefined ? undefined : parse(join(folder, file), readFileSync(join(path, file), 'utf8'));
    },
    findNested(side, name) {
      const [first = '', ...rest] = name.split('.');
      const piece = piecesOf(side).get(first);
      return piece === undefined ? undefined : findDeclaration(parse(`${side}:${first}`, piece), [first, ...rest]);
    },
    findEnum(name) {
      const folders = name.split('.');
      const member = folders.pop() ?? '';
      const file = join(packageFolder, 'types', 'enums', ...folders, 'index.d.ts');
      return existsSync(file) ? findEnumValues(parse(file, readFileSync(file, 'utf8')), member) : undefined;
    },
  };
}

/** Generated declaration files start every top-level declaration in the first column. */
function cutAtTopLevel(text: string): Map<string, string> {
  const starts = [...text.matchAll(/^export (?:declare )?(?:namespace|interface|type|class) (\w+)/gm)];
  return new Map(starts.map((start, index) => [start[1] ?? '', text.slice(start.index, starts[index + 1]?.index)]));
}

/** The declaration of a dotted name in a file or namespace. */
export function findDeclaration(
  scope: ts.SourceFile | ts.ModuleBlock,
  path: readonly string[],
): Declaration | undefined {
  const [first, ...rest] = path;
  for (const statement of scope.statements) {
    if (rest.length === 0) {
      const isDeclaration =
        ts.isInterfaceDeclaration(statement) ||
        ts.isClassDeclaration(statement) ||
        ts.isTypeAliasDeclaration(statement);
      if (isDeclaration && statement.name?.text === first) return statement;
    } else if (ts.isModuleDeclaration(statement) && statement.name.text === first) {
      if (statement.body && ts.isModuleBlock(statement.body)) {
        const found = findDeclaration(statement.body, rest);
        if (found) return found;
      }
    }
  }
  return undefined;
}

function findEnumValues(file: ts.SourceFile, name: string): (string | number)[] | undefined {
  for (const statement of file.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const declaration of statement.declarationList.declarations) {
      if (!ts.isIdentifier(declaration.name) || declaration.name.text !== name) continue;
      if (!declaration.type || !ts.isTypeLiteralNode(declaration.type)) continue;
      return declaration.type.members.flatMap((member): (string | number)[] => {
        if (!ts.isPropertySignature(member) || !member.type || !ts.isLiteralTypeNode(member.type)) return [];
        const { literal } = member.type;
        if (ts.isStringLiteral(literal)) return [literal.text];
        return ts.isNumericLiteral(literal) ? [Number(literal.text)] : [];
      });
    }
  }
  return undefined;
}
