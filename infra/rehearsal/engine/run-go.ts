import { type ProgramResult, runProgram } from './run-program';

/** Runs `go` in a folder with a go.mod of its own; without cgo, so that what it builds needs no library. */
export function runGo(folder: string, args: readonly string[], signal?: AbortSignal): Promise<ProgramResult> {
  return runProgram('go', args, {
    cwd: folder,
    ...(signal && { signal }),
    // The committed go.sum is the check; the public checksum database may be out of reach.
    env: { ...process.env, CGO_ENABLED: '0', GOSUMDB: 'off', GOFLAGS: '-mod=readonly -buildvcs=false', GOWORK: 'off' },
  });
}
