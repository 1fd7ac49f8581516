import { targets } from '../targets';
import { deployUnderMocks, providerConfig } from '../testing/deploy-under-mocks';
import { layOut } from './layout';
import { describePicture, type Panel, type Picture } from './picture';
import { renderSvg } from './render-svg';

/** The clouds that are drawn, each with all of its targets. */
export const clouds = { aws: 'AWS', gcp: 'Google Cloud', docker: 'one machine' } as const;

export type CloudName = keyof typeof clouds;

/** Runs the program with made-up clouds, for all targets of a cloud, and describes what it makes. */
export async function describeArchitecture(cloud: CloudName): Promise<Picture> {
  const own = Object.entries(targets).filter(([, target]) => target.cloud.name === cloud);
  const names = own.map(([name]) => name);
  const hasAlarms = own.every(([, target]) => target.cloud.hasAlarms);
  const config = {
    ...providerConfig,
    'taproom:targets': names,
    // Enough connections for all of them at once.
    'taproom:database': names.length > 1 ? { size: 'large' } : {},
    'taproom:service': { maxInstances: 1 },
    'taproom:alerts': hasAlarms
      ? { enabled: true, email: 'on-call@example.com', billingAccount: '012345-567890-ABCDEF' }
      : {},
  };
  return describePicture(`Taproom on ${clouds[cloud]}`, await deployUnderMocks({ config }));
}

/** The picture of a cloud as a file's text. */
export function drawArchitecture(picture: Picture): string {
  return renderSvg(layOut(picture), picture.title, describeInWords(picture));
}

function describeInWords({ targets: columns, shared, flows }: Picture): string {
  const list = ({ lines }: Panel) => lines.map(({ label, count }) => (count > 1 ? `${count} × ${label}` : label));
  const sentences = [
    ...columns.map(({ name, front, service }) => `Target ${name}: ${[...list(front), ...list(service)].join(', ')}.`),
    ...Object.values(shared).map((panel) => `${panel.title}: ${list(panel).join(', ')}.`),
    `Arrows: ${flows.map(({ from, to, label }) => `${from} to ${to} (${label})`).join('; ')}.`,
  ];
  return sentences.join(' ');
}
