import { spawn } from 'node:child_process';

/**
 * Outlives this process and, when it ends without a word (even by SIGKILL), ends what is left of the rehearsal: the process
 * groups that it was told of, and then the folder.
 */
export type Guard = {
  watch(processGroup: number): void;
  forget(processGroup: number): void;
  /** All was ended in order: nothing is left to do. */
  dismiss(): void;
};

const script = `
groups=
while read -r verb group; do
  case $verb in
    watch) groups="$groups $group" ;;
    forget)
      rest=
      for known in $groups; do [ "$known" = "$group" ] || rest="$rest $known"; done
      groups=$rest
      ;;
    dismiss) exit 0 ;;
  esac
done
for group in $groups; do kill -KILL "-$group"; done
rm -rf -- "$1"
`;

export function startGuard(folder: string): Guard {
  // A group of its own, so that a Ctrl-C in the terminal does not reach it.
  const shell = spawn('sh', ['-c', script, 'guard', folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  shell.unref();
  // What it would have done is done by `close` too.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  const tell = (line: string) => {
    if (shell.stdin.writable) shell.stdin.write(`${line}\n`);
  };
  return {
    watch: (group) => tell(`watch ${group}`),
    forget: (group) => tell(`forget ${group}`),
    dismiss: () => {
      tell('dismiss');
      shell.stdin.end();
    },
  };
}
