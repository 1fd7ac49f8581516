/** Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const factors: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** In units: cores, bytes. Undefined when it is no quantity. */
export function parseQuantity(text: string | number): number | undefined {
  const [, digits, suffix = ''] = /^(\d+(?:\.\d+)?|\.\d+)([A-Za-z]{0,2})$/.exec(String(text)) ?? [];
  const factor = factors[suffix];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

/** Replicas out of a number or a percentage of all. */
export function parseShare(share: number | string, all: number, round: 'up' | 'down'): number {
  const percent = typeof share === 'string' ? /^(\d+)%$/.exec(share)?.[1] : undefined;
  if (percent === undefined) return Number(share);
  return (round === 'up' ? Math.ceil : Math.floor)((Number(percent) * all) / 100);
}
