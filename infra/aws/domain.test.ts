import { findDomainProblems } from './domain';

const nameProblem =
  'taproom:domain.aws.name must be a host name of at most 64 characters in lower case, such as api.example.com';
const zoneProblem =
  'taproom:domain.aws.zone must be the name of a Route 53 zone without a final dot, such as example.com';

describe('findDomainProblems', () => {
  test.each([
    undefined,
    { name: 'api.example.com', zone: 'example.com' },
    { name: 'example.com', zone: 'example.com' },
    { name: 'a.b.example.com', zone: 'example.com' },
    { name: 'xn--bcher-kva.example', zone: 'xn--bcher-kva.example' },
  ])('takes %j', (domain) => {
    expect(findDomainProblems(domain)).toEqual([]);
  });

  test.each([
    [{ name: 'api.example.org', zone: 'example.com' }],
    [{ name: 'apiexample.com', zone: 'example.com' }],
    [{ name: 'example.com', zone: 'api.example.com' }],
  ])('refuses %j, a name outside of its zone', ({ name, zone }) => {
    expect(findDomainProblems({ name, zone })).toEqual([
      `taproom:domain.aws.name must be ${zone} or end in .${zone}, to be in taproom:domain.aws.zone`,
    ]);
  });

  test.each([
    'API.example.com',
    'https://api.example.com',
    'api.example.com.',
    '*.example.com',
    'localhost',
    '-a.example.com',
    `${'a'.repeat(60)}.example.com`,
    '',
  ])('refuses %j as a name', (name) => {
    expect(findDomainProblems({ name, zone: 'example.com' })).toEqual([nameProblem]);
  });

  test.each(['', 'example.com.', 'Z0123456789ABCDEFGHIJ', 'com'])('refuses %j as a zone', (zone) => {
    expect(findDomainProblems({ name: 'api.example.com', zone })).toEqual([zoneProblem]);
  });
});
