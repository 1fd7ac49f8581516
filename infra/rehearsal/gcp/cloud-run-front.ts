import type { Cloud, Entity } from '../cloud/cloud';
import type { FrontAnswer } from '../runtime/runtime';
import type { ServiceArgs, ServiceOutputs } from './cloud-run-workload';
import { isPublic } from './iam';

const html = { 'content-type': 'text/html; charset=UTF-8' };

/** What Google's front end answers itself; undefined passes the request on. */
export function answerAsFrontEnd(
  cloud: Cloud,
  { id, inputs, place }: Entity<ServiceArgs, ServiceOutputs>,
  { path }: { path: string },
): FrontAnswer | undefined {
  // Exactly this one, whoever asks; also when the service has such a route.
  // Source: https://docs.cloud.google.com/run/docs/known-issues#ah
  if (path === '/healthz') return page(404, 'Not Found', `The requested URL ${path} was not found on this server.`);
  const isOpen = inputs.ingress === undefined || inputs.ingress === 'INGRESS_TRAFFIC_ALL';
  if (!isOpen || inputs.defaultUriDisabled) return page(404, 'Not Found', 'Page not found');
  const question = { permission: 'run.routes.invoke', project: place.project ?? '', resource: id } as const;
  if (inputs.invokerIamDisabled || isPublic(cloud, question)) return undefined;
  return page(403, 'Forbidden', 'Your client does not have permission to get URL from this server.');
}

function page(status: number, title: string, text: string): FrontAnswer {
  return {
    status,
    headers: html,
    body: `<!DOCTYPE html>\n<html lang=en>\n<title>Error ${status} (${title})!!1</title>\n<p><b>${status}.</b> <ins>That's an error.</ins>\n<p>${text} <ins>That's all we know.</ins>\n`,
  };
}
