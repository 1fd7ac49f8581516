import { type Arrow, type Box, headHeight, type Layout, lineHeight } from './layout';

/**
 * Colours by kind of box: a frame that is told from its neighbours, on paper that follows the reader's scheme. Text is
 * always in the ink, so that contrast does not depend on the kind.
 */
const hues: Partial<Record<Box['kind'], number>> = {
  front: 265,
  service: 215,
  registry: 30,
  migration: 30,
  stores: 150,
  secrets: 345,
};

const style = `
  svg { --paper: #ffffff; --ink: #1b1f24; --soft: #57606a; --line: #8c959f; --panel: #f6f8fa; --tint: 94%; --edge: 42% }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #0d1117; --ink: #e6edf3; --soft: #9da7b3; --line: #6e7681; --panel: #161b22; --tint: 15%; --edge: 62% }
  }
  text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; fill: var(--ink); font-size: 14px }
  .title { font-size: 20px; font-weight: 600 }
  .head { font-size: 15px; font-weight: 600 }
  .count, .label { fill: var(--soft); font-size: 13px }
  .count { text-anchor: end }
  .paper { fill: var(--paper) }
  .box { fill: var(--panel); stroke: var(--line) }
  .frame { fill: none; stroke: var(--line); stroke-dasharray: 6 4 }
  .arrow { stroke: var(--soft); stroke-width: 1.6; fill: none; marker-end: url(#tip) }
  .tip { fill: var(--soft) }
${Object.entries(hues)
  .map(([kind, hue]) => `  .${kind} { fill: hsl(${hue} 60% var(--tint)); stroke: hsl(${hue} 45% var(--edge)) }`)
  .join('\n')}
`;

/** A picture that stands alone: its own colours for light and dark, the reader's fonts, and words for who cannot see it. */
export function renderSvg({ width, height, boxes, arrows }: Layout, title: string, description: string): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escapeXml(title)}</title>`,
    `<desc id="desc">${escapeXml(description)}</desc>`,
    `<style>${style}</style>`,
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M0 0 10 5 0 10z"/></marker></defs>',
    `<rect class="paper" width="${width}" height="${height}"/>`,
    `<text class="title" x="20" y="44">${escapeXml(title)}</text>`,
    ...boxes.map(renderBox),
    ...arrows.map(renderArrow),
    '</svg>\n',
  ].join('\n');
}

function renderBox({ x, y, width, height, kind, title, lines }: Box): string {
  const look = kind === 'targets' ? 'frame' : `box ${kind}`;
  const isAlone = lines.length === 0 && kind !== 'targets';
  const head = isAlone ? `x="${round(x + width / 2)}" text-anchor="middle"` : `x="${round(x + 14)}"`;
  return [
    `<g><rect class="${look}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="8"/>`,
    `<text class="head" ${head} y="${round(y + 25)}">${escapeXml(title)}</text>`,
    ...lines.map(({ text, count }, index) => {
      const baseline = round(y + headHeight + index * lineHeight + 14);
      const times =
        count > 1 ? `<text class="count" x="${round(x + width - 14)}" y="${baseline}">× ${count}</text>` : '';
      return `<text x="${round(x + 14)}" y="${baseline}">${escapeXml(text)}</text>${times}`;
    }),
    '</g>',
  ].join('\n');
}

function renderArrow({ from, to, label }: Arrow): string {
  const line = `<path class="arrow" d="M${round(from[0])} ${round(from[1])} ${round(to[0])} ${round(to[1])}"/>`;
  if (label === '') return line;
  const [x, y] = [round(from[0] + 10), round((from[1] + to[1]) / 2 + 5)];
  return `${line}\n<text class="label" x="${x}" y="${y}">${escapeXml(label)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
