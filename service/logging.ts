import { type DestinationStream, destination, type Logger, type LoggerOptions, pino } from 'pino';
import type { Config } from './config';

export type { Logger };

/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#logseverity */
const severities: Record<string, string> = {
  trace: 'DEBUG',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

/** JSON lines to stdout, written in the background; `flushSync` before the process ends. */
export function buildLogger(config: Pick<Config, 'LOG_LEVEL' | 'LOG_FORMAT'>, output?: DestinationStream): Logger {
  return pino(loggerOptions(config), output ?? destination({ dest: 1, sync: false }));
}

function loggerOptions({ LOG_LEVEL, LOG_FORMAT }: Pick<Config, 'LOG_LEVEL' | 'LOG_FORMAT'>): LoggerOptions {
  const isGcp = LOG_FORMAT === 'gcp';
  return {
    level: LOG_LEVEL,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    messageKey: isGcp ? 'message' : 'msg',
    formatters: { level: (level) => (isGcp ? { severity: severities[level] ?? 'DEFAULT' } : { level }) },
  };
}

export type TraceFields = Record<string, string>;

/**
 * Log fields of a W3C `traceparent` header; none when there is no valid one.
 * https://www.w3.org/TR/trace-context/#traceparent-header and
 * https://cloud.google.com/logging/docs/structured-logging#special-payload-fields
 */
export function traceFields(traceparent: unknown, format: Config['LOG_FORMAT']): TraceFields {
  if (typeof traceparent !== 'string') return {};
  const match = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?:-|$)/.exec(
    traceparent,
  );
  const [, traceId, spanId] = match ?? [];
  if (traceId === undefined || spanId === undefined) return {};
  return format === 'gcp'
    ? { traceId, 'logging.googleapis.com/trace': traceId, 'logging.googleapis.com/spanId': spanId }
    : { traceId };
}
