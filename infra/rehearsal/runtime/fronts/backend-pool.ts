import { Agent } from 'node:http';
import type { Container } from '../runtime';

export type Backend = { container: Container; port: number; weight: number };

/** A backend with the connections that are kept to it. */
export type Member = Backend & { agent: Agent; active: number };

/** Which backends there are, and whose turn it is. Those taken out finish what they have. */
export type BackendPool = {
  replace(backends: readonly Backend[]): void;
  /**
   * A backend with room, chosen by weight; waits for one until the signal. Undefined when there is none at all, or no longer.
   * Every member that is given is released once.
   */
  acquire(signal: AbortSignal): Promise<Member | undefined>;
  release(member: Member): void;
  close(): void;
};

export function createBackendPool(maxConcurrency: number = Number.POSITIVE_INFINITY): BackendPool {
  let members: Member[] = [];
  const waiting: (() => void)[] = [];
  let turn = 0;

  const wakeOne = () => waiting.shift()?.();

  const pick = (): Member | undefined => {
    const free = members.filter((member) => member.container.isRunning() && member.active < maxConcurrency);
    const total = free.reduce((sum, { weight }) => sum + weight, 0);
    if (total <= 0) return undefined;
    turn += 1;
    // Golden-ratio steps spread the turns evenly over the weights without chance.
    let point = ((turn * 0.618_033_988_749_895) % 1) * total;
    return free.find((member) => {
      point -= member.weight;
      return point < 0;
    });
  };

  return {
    replace: (backends) => {
      const kept = backends.map((backend) => {
        const known = members.find(({ container, port }) => container === backend.container && port === backend.port);
        return known ? Object.assign(known, backend) : { ...backend, agent: new Agent({ keepAlive: true }), active: 0 };
      });
      for (const member of members) if (!kept.includes(member)) retire(member);
      members = kept;
      while (waiting.length > 0) wakeOne();
    },
    acquire: async (signal) => {
      for (;;) {
        const member = pick();
        if (member) {
          member.active += 1;
          return member;
        }
        const isHopeless = !members.some(({ container, weight }) => container.isRunning() && weight > 0);
        if (isHopeless || signal.aborted) return undefined;
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
    },
    release: (member) => {
      member.active -= 1;
      if (!members.includes(member) && member.active === 0) member.agent.destroy();
      wakeOne();
    },
    close: () => {
      for (const member of members) member.agent.destroy();
      members = [];
      while (waiting.length > 0) wakeOne();
    },
  };
}

/** Its idle connections go now, the others with their last request. */
function retire(member: Member): void {
  if (member.active === 0) member.agent.destroy();
}
