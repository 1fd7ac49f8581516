import type { ServiceSpec } from '../target';

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const dnsName = new RegExp(`^(?:${label}\\.)+${label}$`);
/** A certificate's common name is no longer. Source: https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate.html */
const longestName = 64;

/** What is wrong with a name for a load balancer, found without asking AWS. */
export function findDomainProblems(domain: ServiceSpec['domain']): string[] {
  if (domain === undefined) return [];
  const { name, zone } = domain;
  const problems: string[] = [];
  if (!dnsName.test(name) || name.length > longestName) {
    problems.push(
      `taproom:domain.aws.name must be a host name of at most ${longestName} characters in lower case, such as api.example.com`,
    );
  }
  if (!dnsName.test(zone)) {
    problems.push(
      'taproom:domain.aws.zone must be the name of a Route 53 zone without a final dot, such as example.com',
    );
  }
  if (problems.length === 0 && name !== zone && !name.endsWith(`.${zone}`)) {
    problems.push(`taproom:domain.aws.name must be ${zone} or end in .${zone}, to be in taproom:domain.aws.zone`);
  }
  return problems;
}
