import ts from 'typescript';
import { type Declaration, type DeclarationFiles, findDeclaration } from './declaration-files';
import type { Properties, Property, Shape, Typings } from './shape';
import { parseToken } from './token';

/** The typings of a resource type; undefined when the package declares no such resource. */
export function readResourceTypings(files: DeclarationFiles, token: string): Typings | undefined {
  const { folder, name } = parseToken(token);
  const file = files.findFile(folder, name);
  const declared = file && findDeclaration(file, [name]);
  if (!file || !declared || !ts.isClassDeclaration(declared)) return undefined;
  const reader = openReader(files, file);
  const args = findDeclaration(file, [`${name}Args`]);
  return {
    token,
    inputs: args ? reader.readProperties(args, 'input') : {},
    outputs: reader.readProperties(declared, 'output'),
    objects: reader.objects,
  };
}

/** The typings of a function (invoke); undefined when the package declares no such function. */
export function readFunctionTypings(files: DeclarationFiles, token: string): Typings | undefined {
  const { folder, name } = parseToken(token);
  const file = files.findFile(folder, name);
  if (!file) return undefined;
  const typeName = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const result = findDeclaration(file, [`${typeName}Result`]);
  if (!result) return undefined;
  const args = findDeclaration(file, [`${typeName}Args`]);
  const reader = openReader(files, file);
  return {
    token,
    inputs: args ? reader.readProperties(args, 'input') : {},
    outputs: reader.readProperties(result, 'output'),
    objects: reader.objects,
  };
}

type Side = 'input' | 'output';

function openReader(files: DeclarationFiles, file: ts.SourceFile) {
  const objects: Record<string, Properties> = {};

  function readProperties(declaration: Declaration, side: Side): Properties {
    const members: readonly ts.Node[] = ts.isTypeAliasDeclaration(declaration)
      ? ts.isTypeLiteralNode(declaration.type)
        ? declaration.type.members
        : []
      : declaration.members;
    const properties: Record<string, Property> = {};
    for (const member of members) {
      if (!ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member)) continue;
      if (!member.type || !(ts.isIdentifier(member.name) || ts.isStringLiteral(member.name))) continue;
      if (ts.getCombinedModifierFlags(member as ts.Declaration) & ts.ModifierFlags.Static) continue;
      const { shape, optional } = readType(member.type, side);
      const property: Property = { shape, required: !optional && !member.questionToken };
      const deprecated = ts.getJSDocTags(member).find((tag) => tag.tagName.text === 'deprecated');
      if (deprecated) property.deprecated = ts.getTextOfJSDocComment(deprecated.comment) ?? '';
      properties[member.name.text] = property;
    }
    return properties;
  }

  function readObject(side: Side, name: string): Shape {
    const key = `${side}:${name}`;
    if (!(key in objects)) {
      const declaration = files.findNested(side, name);
      if (!declaration) return { kind: 'any' };
      if (ts.isTypeAliasDeclaration(declaration) && !ts.isTypeLiteralNode(declaration.type)) {
        return readType(declaration.type, side).shape;
      }
      objects[key] = {};
      objects[key] = readProperties(declaration, side);
    }
    return { kind: 'object', name: key };
  }

  function readType(type: ts.TypeNode, side: Side): { shape: Shape; optional: boolean } {
    if (ts.isParenthesizedTypeNode(type)) return readType(type.type, side);
    if (ts.isUnionTypeNode(type)) return readUnion(type, side);
    if (ts.isArrayTypeNode(type)) return known({ kind: 'list', items: readType(type.elementType, side).shape });
    if (ts.isTypeLiteralNode(type)) return known(readLiteral(type, side));
    if (ts.isLiteralTypeNode(type)) return known(readConstant(type));
    if (ts.isTypeReferenceNode(type)) return readReference(type, side);
    switch (type.kind) {
      case ts.SyntaxKind.StringKeyword:
        return known({ kind: 'string' });
      case ts.SyntaxKind.NumberKeyword:
        return known({ kind: 'number' });
      case ts.SyntaxKind.BooleanKeyword:
        return known({ kind: 'boolean' });
      case ts.SyntaxKind.UndefinedKeyword:
        return { shape: { kind: 'any' }, optional: true };
      default:
        return known({ kind: 'any' });
    }
  }

  function readUnion(type: ts.UnionTypeNode, side: Side): { shape: Shape; optional: boolean } {
    const defined = type.types.filter((member) => member.kind !== ts.SyntaxKind.UndefinedKeyword);
    const members = defined.map((member) => readType(member, side));
    const optional = defined.length < type.types.length || members.some((member) => member.optional);
    const [only] = members;
    return members.length === 1 && only
      ? { shape: only.shape, optional }
      : { shape: { kind: 'union', of: members.map((member) => member.shape) }, optional };
  }

  function readLiteral(type: ts.TypeLiteralNode, side: Side): Shape {
    const index = type.members.find(ts.isIndexSignatureDeclaration);
    return index ? { kind: 'map', values: readType(index.type, side).shape } : { kind: 'any' };
  }

  function readReference(type: ts.TypeReferenceNode, side: Side): { shape: Shape; optional: boolean } {
    const name = type.typeName.getText();
    const [argument] = type.typeArguments ?? [];
    if (argument && /^(pulumi\.)?(Input|Output|Promise)$/.test(name)) return readType(argument, side);
    if (argument && /^(Array|ReadonlyArray)$/.test(name)) {
      return known({ kind: 'list', items: readType(argument, side).shape });
    }
    if (/^pulumi\.(asset\.)?(Asset|Archive|FileAsset|FileArchive)$/.test(name)) return known({ kind: 'asset' });
    if (name === 'pulumi.ID' || name === 'pulumi.URN') return known({ kind: 'string' });
    const [space, ...path] = name.split('.');
    if (space === 'inputs') return known(readObject('input', path.join('.')));
    if (space === 'outputs') return known(readObject('output', path.join('.')));
    if (space === 'enums') {
      const values = files.findEnum(path.join('.'));
      return known(values ? { kind: 'literal', values } : { kind: 'any' });
    }
    const local = path.length === 0 ? findDeclaration(file, [name]) : undefined;
    if (local && ts.isTypeAliasDeclaration(local)) return readType(local.type, side);
    // An imported name: ARN, or a resource class where its id or ARN is meant.
    return known({ kind: 'string' });
  }

  return { objects, readProperties };
}

function known(shape: Shape): { shape: Shape; optional: boolean } {
  return { shape, optional: false };
}

function readConstant(type: ts.LiteralTypeNode): Shape {
  const { literal } = type;
  if (ts.isStringLiteral(literal)) return { kind: 'literal', values: [literal.text] };
  if (ts.isNumericLiteral(literal)) return { kind: 'literal', values: [Number(literal.text)] };
  if (literal.kind === ts.SyntaxKind.TrueKeyword) return { kind: 'literal', values: [true] };
  if (literal.kind === ts.SyntaxKind.FalseKeyword) return { kind: 'literal', values: [false] };
  return { kind: 'any' };
}
