import { answerOf, failAsLoadBalancer, refuseSize } from './listener-answers';
import { type Condition, matches } from './listener-conditions';

const request = {
  method: 'GET',
  path: '/img/beer.jpg',
  query: 'version=v1&size=L',
  host: 'Beer.example.org:443',
  headers: { 'user-agent': 'Mozilla/5.0 Chrome', accept: ['a', 'b'] },
  bodyBytes: 0,
  remoteAddress: '::ffff:192.0.2.7',
};

describe('matches', () => {
  test.each<[Condition[], boolean]>([
    [[{ hostHeader: { values: ['beer.example.org'] } }], true],
    [[{ hostHeader: { values: ['*.example.org', 'example.org'] } }], true],
    [[{ hostHeader: { values: ['example.org'] } }], false],
    [[{ pathPattern: { values: ['/img/*'] } }], true],
    [[{ pathPattern: { values: ['/img/beer.???'] } }], true],
    [[{ pathPattern: { values: ['/IMG/*'] } }], false],
    [[{ pathPattern: { values: ['/img'] } }], false],
    [[{ pathPattern: { values: ['/img/beer_jpg'] } }], false],
    [[{ pathPattern: { regexValues: ['^/img/[a-z]+'] } }], true],
    [[{ httpRequestMethod: { values: ['GET', 'HEAD'] } }], true],
    [[{ httpRequestMethod: { values: ['get'] } }], false],
    [[{ httpHeader: { httpHeaderName: 'User-Agent', values: ['*chrome*'] } }], true],
    [[{ httpHeader: { httpHeaderName: 'Accept', values: ['b'] } }], true],
    [[{ httpHeader: { httpHeaderName: 'X-None', values: ['*'] } }], false],
    [[{ queryStrings: [{ key: 'VERSION', value: 'v?' }] }], true],
    [[{ queryStrings: [{ value: 'l' }] }], true],
    [[{ queryStrings: [{ key: 'size', value: 'v1' }] }], false],
    [[{ sourceIp: { values: ['192.0.2.0/24'] } }], true],
    [[{ sourceIp: { values: ['192.0.3.0/24'] } }], false],
    [[{ pathPattern: { values: ['/img/*'] } }, { httpRequestMethod: { values: ['POST'] } }], false],
  ])('%j: %s', (conditions, expected) => {
    expect(matches(conditions, request)).toBe(expected);
  });
});

describe('answerOf', () => {
  test.each([
    [
      { protocol: 'HTTPS', port: '443', statusCode: 'HTTP_301' },
      301,
      'https://Beer.example.org:443/img/beer.jpg?version=v1&size=L',
    ],
    [
      { host: 'new.#{host}', statusCode: 'HTTP_302' },
      302,
      'http://new.Beer.example.org:80/img/beer.jpg?version=v1&size=L',
    ],
    [{ path: '/old/#{path}', query: '', statusCode: 'HTTP_302' }, 302, 'http://Beer.example.org:80/old/img/beer.jpg'],
  ])('redirects by %j', (redirect, status, location) => {
    expect(answerOf({ type: 'redirect', redirect }, request, 80)).toMatchObject({ status, headers: { location } });
  });

  test('is nothing for a forward', () => {
    expect(answerOf({ type: 'forward', targetGroupArn: 'a' }, request, 80)).toBeUndefined();
  });
});

describe('a load balancer', () => {
  test.each([
    ['no backend', 503],
    ['lost', 502],
    ['timeout', 504],
  ] as const)('says of "%s": %d', (kind, status) => {
    expect(failAsLoadBalancer(kind)).toMatchObject({ status, body: expect.stringContaining(`<h1>${status} `) });
  });

  test('takes headers of 64 KB together', () => {
    const headers = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, 'x'.repeat(8_000)]));
    expect(refuseSize({ ...request, headers: headers(8) })).toBeUndefined();
    expect(refuseSize({ ...request, headers: headers(9) })).toMatchObject({ status: 400 });
  });
});
