import { randomBytes } from 'node:crypto';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';

export type StackFileChange = {
  /** The stack file as the rehearsal uses it. */
  text: string;
  /** Secrets to be set anew, by config path (`a:b` or `a:b.c[0]`), since their ciphers are of another key. */
  secrets: { path: string; value: string }[];
  /** What was changed, for people. */
  notes: string[];
};

/** Takes the bindings to a real stack out of a stack file, and puts stand-ins where it has nothing or only ciphers. */
export function adaptStackFile(text: string, placeholders: Readonly<Record<string, string>>): StackFileChange {
  const document = parseDocument(text);
  if (document.errors.length > 0) throw new Error(`the stack file is no YAML: ${document.errors[0]?.message}`);
  const notes: string[] = [];
  const secrets: StackFileChange['secrets'] = [];
  if (!isMap(document.contents)) document.contents = document.createNode({}) as never;

  for (const binding of ['encryptionsalt', 'secretsprovider', 'encryptedkey', 'environment']) {
    if (document.delete(binding)) notes.push(`left out ${binding}`);
  }
  const config = document.get('config');
  if (isMap(config)) {
    for (const pair of [...config.items]) {
      const key = isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
      const found = findSecrets(pair.value, key);
      if (found.length === 0) continue;
      for (const path of found) {
        secrets.push({ path, value: randomBytes(18).toString('base64url') });
        notes.push(`generated a value for the secret ${path}`);
      }
      if (found.includes(key)) config.delete(key);
      else removeSecrets(pair.value);
    }
  }
  for (const [key, value] of Object.entries(placeholders)) {
    if (document.hasIn(['config', key])) continue;
    document.setIn(['config', key], value);
    notes.push(`made up ${key}: ${value}`);
  }
  return { text: document.toString(), secrets, notes };
}

/** The stack file's text with another value of one setting; undefined takes it out. */
export function setInStackFile(text: string, key: string, value: unknown): string {
  const document = parseDocument(text);
  if (value === undefined) document.deleteIn(['config', key]);
  else document.setIn(['config', key], value);
  return document.toString();
}

function findSecrets(node: unknown, path: string): string[] {
  if (isMap(node)) {
    if (node.items.length === 1 && node.has('secure')) return [path];
    return node.items.flatMap((pair) =>
      findSecrets(pair.value, `${path}.${String(isScalar(pair.key) ? pair.key.value : pair.key)}`),
    );
  }
  return isSeq(node) ? node.items.flatMap((item, index) => findSecrets(item, `${path}[${index}]`)) : [];
}

function removeSecrets(node: unknown): void {
  if (isMap(node)) {
    for (const pair of [...node.items]) {
      if (isMap(pair.value) && pair.value.items.length === 1 && pair.value.has('secure')) node.delete(pair.key);
      else removeSecrets(pair.value);
    }
  } else if (isSeq(node)) {
    for (const item of node.items) removeSecrets(item);
  }
}
