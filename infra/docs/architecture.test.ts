import { type CloudName, clouds, describeArchitecture, drawArchitecture } from './architecture';
import { type Box, layOut } from './layout';
import type { Picture } from './picture';

/** Wider than letters are on average, in the wider ones of the fonts: of a line, a box's title, the heading. */
const letterWidth = { line: 7.6, title: 9.2, heading: 12.5 };

const contains = (outer: Box, inner: Box) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;
const areApart = (a: Box, b: Box) =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

describe.each(Object.keys(clouds) as CloudName[])('the picture of %s', (cloud) => {
  let picture: Picture;
  beforeAll(async () => {
    picture = await describeArchitecture(cloud);
  });

  test('has its boxes inside of it, and beside each other', () => {
    const { width, height, boxes } = layOut(picture);
    const paper = { x: 0, y: 0, width, height } as Box;
    const frame = boxes.find(({ kind }) => kind === 'targets') as Box;
    expect(boxes.filter((box) => !contains(paper, box))).toEqual([]);
    const others = boxes.filter((box) => box !== frame);
    const isClear = (a: Box, b: Box) => a === b || areApart(a, b);
    expect(others.filter((a) => !others.every((b) => isClear(a, b)))).toEqual([]);
    expect(others.filter((box) => !areApart(box, frame) && !contains(frame, box))).toEqual([]);
  });

  test('has room for its words', () => {
    const { boxes } = layOut(picture);
    const tight = boxes.flatMap(({ width, lines, title }) => [
      ...(title.length * letterWidth.title + 28 > width ? [title] : []),
      ...lines
        .filter(({ text, count }) => text.length * letterWidth.line + (count > 1 ? 60 : 28) > width)
        .map(({ text }) => text),
    ]);
    expect(tight).toEqual([]);
    const beside = boxes.find(({ kind }) => kind === 'internet') as Box;
    expect(20 + picture.title.length * letterWidth.heading).toBeLessThan(beside.x);
  });

  test('shows how the image, the schema, rows and logins flow', () => {
    expect(picture.flows.map(({ from, to }) => `${from} > ${to}`)).toEqual([
      'registry > service',
      'registry > migration',
      'migration > stores',
      'service > stores',
      'secrets > service',
    ]);
  });

  test('can be read without seeing it, and in the dark', () => {
    const svg = drawArchitecture(picture);
    expect(svg).toMatch(/role="img" aria-labelledby="title desc"/);
    expect(svg).toContain(`<title id="title">${picture.title}</title>`);
    for (const { name } of picture.targets) expect(svg).toContain(`Target ${name}: `);
    expect(svg).toContain('@media (prefers-color-scheme: dark)');
    expect(svg).not.toMatch(/https?:(?!\/\/www\.w3\.org)/);
  });
});
