import fc from 'fast-check';
import { preferredType } from './preferred-type';

const json = 'application/json';
const html = 'text/html';
const text = 'text/plain';

describe('preferredType', () => {
  test.each([
    ['no header', undefined, text],
    ['an empty header', '', text],
    ['anything', '*/*', text],
    ['JSON alone', 'application/json', json],
    ['HTML alone', 'text/html', html],
    ['text alone', 'text/plain', text],
    [
      'what a browser sends',
      'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
      html,
    ],
    ['what axios sends', 'application/json, text/plain, */*', text],
    ["what Java's URLConnection sends", 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', html],
    ['JSON, and anything at the same weight', 'application/json, */*', text],
    ['JSON, and anything at less', 'application/json, */*;q=0.5', json],
    ['JSON and HTML alike', 'application/json, text/html', text],
    ['JSON before HTML by weight', 'text/html;q=0.8, application/json;q=0.9', json],
    ['HTML before JSON by weight', 'text/html;q=0.9, application/json;q=0.8', html],
    ['weights that differ in the third digit', 'text/html;q=0.501, application/json;q=0.502', json],
    ['text before both by weight', 'text/plain, text/html;q=0.9, application/json;q=0.9', text],
    ['all applications', 'application/*', json],
    ['all texts', 'text/*', text],
    ['all texts, plain ones less', 'text/*, text/plain;q=0.5', html],
    ['all texts but HTML', 'text/*, text/html;q=0', text],
    ['an exact range against a wide one that is heavier', 'application/json;q=0.4, application/*;q=0.9', json],
    ['an exact range that is lighter than anything', 'application/json;q=0.1, */*;q=0.5', text],
    ['a wide range below which one is refused', 'application/json;q=0, */*', text],
    ['anything but text', '*/*, text/plain;q=0, text/html;q=0', json],
    ['nothing acceptable', 'image/png', text],
    ['nothing acceptable at all', '*/*;q=0', text],
    ['everything refused by name', 'application/json;q=0, text/html;q=0, text/plain;q=0', text],
    ['another JSON type', 'application/problem+json', text],
    ['upper case', 'Application/JSON;Q=0.9', json],
    ['white space', ' \tapplication/json ; q = 0.9 ,\ttext/html ;q=0.2', json],
    ['a media type parameter', 'text/html;level=1', html],
    ['a parameter before the weight', 'text/html;level=1;q=0.4, application/json;q=0.5', json],
    [
      'one type twice, with different parameters',
      'text/html;level=1;q=0.3, text/html;q=0.7, application/json;q=0.5',
      html,
    ],
    ['an extension after the weight', 'application/json;q=0.5;ext=1', json],
    ['separators inside quotes', 'text/html;a="x,y;q=0", application/json;q=0.5', html],
    ['an escaped quote inside quotes', 'text/html;a="\\",application/json;q=1";q=0.2, application/json;q=0.3', json],
    ['a quote that is not closed', 'application/json;a="x, text/html', json],
    ['empty elements', ',, application/json ,,', json],
    ['a weight without a leading zero', 'application/json;q=.5', json],
    ['a weight that is no number', 'application/json;q=high, text/html;q=0.1', html],
    ['a weight past 1', 'application/json;q=5', text],
    ['a negative weight', 'application/json;q=-1', text],
    ['an empty weight', 'application/json;q=', text],
    ['a range without a slash', 'json', text],
    ['a wild type with a subtype', '*/json', text],
    ['a name that objects have', 'constructor/*, __proto__, toString', text],
  ])('%s', (_name, accept, expected) => {
    expect(preferredType(accept)).toBe(expected);
  });

  const weight = fc.integer({ min: 0, max: 1_000 }).map((thousandths) => thousandths / 1_000);
  const range = fc.constantFrom(json, html, text, 'application/*', 'text/*', '*/*', 'image/png', 'image/*');
  const ranges = fc.uniqueArray(fc.record({ range, weight }), { selector: (entry) => entry.range, maxLength: 8 });
  const header = (entries: readonly { range: string; weight: number }[]) =>
    entries.map((entry) => `${entry.range};q=${entry.weight.toFixed(3)}`).join(', ');

  test('chooses a type that outweighs both others, and text when there is none', () => {
    fc.assert(
      fc.property(ranges, (entries) => {
        const weigh = (type: string) =>
          [type, type.replace(/\/.*/, '/*'), '*/*']
            .map((name) => entries.find((entry) => entry.range === name)?.weight)
            .find((found) => found !== undefined) ?? 0;
        const winner = [json, html, text].find((type) =>
          [json, html, text].every((other) => other === type || weigh(type) > weigh(other)),
        );
        expect(preferredType(header(entries))).toBe(winner ?? text);
      }),
    );
  });

  test('does not depend on the order of the ranges', () => {
    fc.assert(
      fc.property(ranges, (entries) => {
        expect(preferredType(header([...entries].reverse()))).toBe(preferredType(header(entries)));
      }),
    );
  });

  test('never fails, whatever the header is', () => {
    const scraps = fc.constantFrom(json, html, '*', '/', ';', ',', '=', 'q', '"', '\\', ' ', '0.5', 'ü', '\u0000');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(scraps).map((parts) => parts.join('')),
        ),
        (accept) => {
          expect([json, html, text]).toContain(preferredType(accept));
        },
      ),
    );
  });

  test.each(['"', '"\\', ';q=', ',', 'q='.repeat(2), '; '])('reads 32 KiB of %j at once', (scrap) => {
    const started = performance.now();
    preferredType(`text/html;${scrap.repeat(32_768 / scrap.length)}`);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
