import { buildLogger, traceFields } from './logging';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

describe('buildLogger', () => {
  const write = (settings: Parameters<typeof buildLogger>[0]) => {
    const lines: Record<string, unknown>[] = [];
    const logger = buildLogger(settings, { write: (line) => void lines.push(JSON.parse(line)) });
    for (const level of ['debug', 'info', 'warn', 'error', 'fatal'] as const) logger[level](level);
    return lines;
  };

  test('writes JSON lines with time and level, from LOG_LEVEL up', () => {
    const lines = write({ LOG_LEVEL: 'warn', LOG_FORMAT: 'plain' });
    expect(lines).toEqual(
      ['warn', 'error', 'fatal'].map((level) => ({ level, time: expect.stringMatching(/^\d{4}-.*Z$/), msg: level })),
    );
  });

  test('names severities as Google Cloud does', () => {
    const lines = write({ LOG_LEVEL: 'debug', LOG_FORMAT: 'gcp' });
    expect(lines.map(({ severity, message }) => [message, severity])).toEqual([
      ['debug', 'DEBUG'],
      ['info', 'INFO'],
      ['warn', 'WARNING'],
      ['error', 'ERROR'],
      ['fatal', 'CRITICAL'],
    ]);
  });

  test('is silent when told so', () => {
    expect(write({ LOG_LEVEL: 'silent', LOG_FORMAT: 'plain' })).toEqual([]);
  });
});

describe('traceFields', () => {
  test('reads the ids of a valid traceparent', () => {
    expect(traceFields(`00-${traceId}-${spanId}-01`, 'plain')).toEqual({ traceId });
    expect(traceFields(`cc-${traceId}-${spanId}-01-what-comes-later`, 'plain')).toEqual({ traceId });
    expect(traceFields(`00-${traceId}-${spanId}-01`, 'gcp')).toMatchObject({
      'logging.googleapis.com/spanId': spanId,
      'logging.googleapis.com/trace': expect.stringContaining(traceId),
    });
  });

  test.each([
    undefined,
    [],
    '',
    `00-${traceId}-${spanId}`,
    `00-${traceId}-${spanId}-1`,
    `ff-${traceId}-${spanId}-01`,
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    ` 00-${traceId}-${spanId}-01`,
  ])('takes %j for none', (header) => {
    expect(traceFields(header, 'plain')).toEqual({});
  });
});
