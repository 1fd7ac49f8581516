import { type GroupName, groups } from './groups';
import type { Panel, Picture } from './picture';

export type Box = {
  x: number;
  y: number;
  width: number;
  height: number;
  kind: GroupName | 'internet' | 'targets';
  title: string;
  lines: { text: string; count: number }[];
};
export type Arrow = { from: [number, number]; to: [number, number]; label: string };
export type Layout = { width: number; height: number; boxes: Box[]; arrows: Arrow[] };

export const lineHeight = 21;
export const headHeight = 38;
const width = 1000;
const margin = 20;
const gap = 16;
/** A target alone has a column of this width, in the middle. */
const widestTarget = 300;
/** Between rows, where arrows and their labels are. */
const channel = 42;

/**
 * Rows from top to bottom: the internet; a frame with a column for each target; what flows to and from all of them; and
 * what surrounds them. Sizes in pixels.
 */
export function layOut(picture: Picture): Layout {
  const source = picture.targets.every(({ url }) => url.includes('//localhost')) ? 'This machine' : 'Internet';
  const internet = box('internet', source, [], { x: width / 2 - 110, y: margin, width: 220 });
  const targets = placeTargets(picture, bottom([internet]) + channel);
  const flowing = placeRow(['registry', 'migration', 'stores', 'secrets'], picture, bottom(targets.boxes) + channel);
  const around = placeRow(['network', 'permissions', 'logs', 'alarms'], picture, bottom(flowing) + gap);
  const boxes = [internet, ...targets.boxes, ...flowing, ...around];
  const requests = down(width / 2, bottom([internet]), 'requests');
  return {
    width,
    height: bottom(boxes) + margin,
    boxes,
    arrows: [requests, ...targets.arrows, ...flowArrows(picture, flowing)],
  };
}

/** The frame around all targets, with each target's front above it. */
function placeTargets({ targets }: Picture, y: number): { boxes: Box[]; arrows: Arrow[] } {
  const fronts = targets.map(({ front, url }) => (front.lines.length > 0 ? front : platformsFront(url)));
  const frontHeight = heightOf(fronts);
  const serviceHeight = heightOf(targets.map(({ service }) => service));
  const frontY = y + headHeight;
  const serviceY = frontY + frontHeight + channel;
  const title = targets.length > 1 ? 'Targets: each by itself, any of them together' : 'Target';
  const frame = { x: margin, y, width: width - 2 * margin };
  const boxes = [box('targets', title, [], { ...frame, height: serviceY + serviceHeight + gap - y })];
  const arrows: Arrow[] = [];
  const inner = Math.min(frame.width - 2 * gap, targets.length * widestTarget);
  columns((width - inner) / 2, inner, targets.length).forEach((column, index) => {
    const { name, service } = targets[index] as Picture['targets'][number];
    boxes.push(box('front', groups.front, fronts[index]?.lines ?? [], { ...column, y: frontY, height: frontHeight }));
    boxes.push(box('service', name, service.lines, { ...column, y: serviceY, height: serviceHeight }));
    arrows.push(down(column.x + column.width / 2, frontY + frontHeight, 'port 8080'));
  });
  return { boxes, arrows };
}

function platformsFront(url: string): Panel {
  const scheme = url.split(':')[0]?.toUpperCase();
  return { title: groups.front, lines: [{ label: `${scheme}, by the platform`, count: 1 }] };
}

/** Arrows between the frame and the row below it, and within that row. */
function flowArrows({ flows }: Picture, row: readonly Box[]): Arrow[] {
  return flows.flatMap(({ from, to, label }): Arrow[] => {
    const [start, end] = [row.find(({ kind }) => kind === from), row.find(({ kind }) => kind === to)];
    const middle = (start ?? end ?? { x: 0, width: 0 }).x + (start ?? end ?? { width: 0 }).width / 2;
    const top = (start ?? end)?.y ?? 0;
    if (to === 'service') return [{ from: [middle, top], to: [middle, top - channel], label }];
    if (from === 'service') return [down(middle, top - channel, label)];
    if (start === undefined || end === undefined) return [];
    const level = top + headHeight / 2;
    return [{ from: [start.x + start.width, level], to: [end.x, level], label: '' }];
  });
}

function down(x: number, y: number, label: string): Arrow {
  return { from: [x, y], to: [x, y + channel], label };
}

function placeRow(kinds: readonly GroupName[], { shared }: Picture, y: number): Box[] {
  const present = kinds.flatMap((kind) => (shared[kind] === undefined ? [] : [{ kind, panel: shared[kind] }]));
  const height = heightOf(present.map(({ panel }) => panel));
  const places = columns(margin, width - 2 * margin, present.length);
  return present.map(({ kind, panel }, index) => {
    const place = places[index] as (typeof places)[number];
    return box(kind, panel.title, panel.lines, { ...place, y, height });
  });
}

function columns(x: number, total: number, count: number): { x: number; width: number }[] {
  const each = (total - (count - 1) * gap) / count;
  return Array.from({ length: count }, (_, index) => ({ x: x + index * (each + gap), width: each }));
}

function box(
  kind: Box['kind'],
  title: string,
  lines: Panel['lines'],
  place: { x: number; y: number; width: number; height?: number },
): Box {
  return {
    height: headHeight,
    ...place,
    kind,
    title,
    lines: lines.map(({ label, count }) => ({ text: label, count })),
  };
}

function heightOf(panels: readonly Panel[]): number {
  return headHeight + Math.max(...panels.map(({ lines }) => lines.length)) * lineHeight + 8;
}

function bottom(boxes: readonly Box[]): number {
  return Math.max(...boxes.map(({ y, height }) => y + height));
}
