import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { listDocuments } from './list-documents';

const root = join(__dirname, '../..');

/** The text without its code, in which brackets and hashes mean other things. */
function prose(file: string): string {
  return readFileSync(file, 'utf8').replace(/^```[\s\S]*?^```/gm, '');
}

/** Anchors of the headings, as GitHub makes them: https://docs.github.com/get-started/writing-on-github */
function anchorsOf(file: string): string[] {
  const seen = new Map<string, number>();
  return [...prose(file).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => {
    const text = (heading as string).replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const slug = text
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}

/** Links and pictures that lead into this repository. */
function linksOf(file: string): string[] {
  const text = prose(file).replace(/`[^`\n]*`/g, '');
  const links = [...text.matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g), ...text.matchAll(/(?:src|href)="([^"]+)"/g)];
  return links.map(([, target]) => target as string).filter((target) => !/^[a-z][a-z+.-]*:/.test(target));
}

function isBroken(file: string, link: string): boolean {
  const [path = '', anchor] = decodeURI(link).split('#');
  const target = path === '' ? file : resolve(dirname(file), path);
  if (relative(root, target).startsWith('..') || !existsSync(target)) return true;
  if (anchor === undefined || !target.endsWith('.md')) return false;
  return statSync(target).isDirectory() || !anchorsOf(target).includes(anchor);
}

const documents = listDocuments(root);

describe('the links of every document', () => {
  test.each(documents)('lead to files and headings that exist: $file', ({ path }) => {
    expect(linksOf(path).filter((link) => isBroken(path, link))).toEqual([]);
  });

  test('are found', () => {
    expect(documents.map(({ file }) => file)).toEqual(expect.arrayContaining(['README.md', 'infra/README.md']));
    const readme = join(root, 'README.md');
    expect(linksOf(readme)).toContain('infra/README.md#this-machine');
    expect(isBroken(readme, 'infra/README.md#no-such-heading')).toBe(true);
    expect(isBroken(readme, 'docs/no-such-file.md')).toBe(true);
    expect(isBroken(readme, '../outside.md')).toBe(true);
  });
});
