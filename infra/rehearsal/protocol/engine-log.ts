import { credentials } from '@grpc/grpc-js';
import { EngineClient } from '@pulumi/pulumi/proto/engine_grpc_pb';
import { LogRequest, LogSeverity } from '@pulumi/pulumi/proto/engine_pb';

export type EngineLog = { write(severity: 'info' | 'warning', urn: string, message: string): void; close(): void };

const severities = { info: LogSeverity.INFO, warning: LogSeverity.WARNING } as const;

/** Lines that the engine prints under a resource. A line that cannot be delivered is dropped: the engine is gone then. */
export function openEngineLog(address: string): EngineLog {
  const client = new EngineClient(address, credentials.createInsecure());
  return {
    write: (severity, urn, message) => {
      const request = new LogRequest().setSeverity(severities[severity]).setUrn(urn).setMessage(message);
      client.log(request, () => {});
    },
    close: () => client.close(),
  };
}
