import { type FargateSize, findFargateSize } from './fargate-size';

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateExpressGatewayService.html */
export const largestExpressSize: FargateSize = { cpu: 4, memoryMiB: 8_192 };

/** Smallest size that holds the request: cpu in vCPU, memory in MiB; undefined when none is large enough. */
export function findExpressSize(request: FargateSize): FargateSize | undefined {
  const size = findFargateSize(request);
  if (size === undefined) return undefined;
  return size.cpu <= largestExpressSize.cpu && size.memoryMiB <= largestExpressSize.memoryMiB ? size : undefined;
}
