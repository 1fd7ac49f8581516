export type Token = { package: string; folder: string; name: string };

/**
 * Where the provider package declares what a token names: `aws:sqs/queue:Queue` is Queue in sqs, `docker-build:index:Image`
 * is Image at the top, `kubernetes:helm.sh/v3:Release` is Release in helm/v3. Throws when the text is no token.
 */
export function parseToken(token: string): Token {
  const parts = token.split(':');
  const [pkg, module, name] = parts;
  if (parts.length !== 3 || !pkg || module === undefined || !name) {
    throw new TypeError(`"${token}" is no type or function token (package:module:name)`);
  }
  const folders = module.split('/').filter((folder) => folder !== '' && folder !== 'index');
  // Bridged providers name the file in the module too.
  if (folders.at(-1)?.toLowerCase() === name.toLowerCase()) folders.pop();
  return { package: pkg, folder: folders.map((folder) => folder.split('.')[0]).join('/'), name };
}
