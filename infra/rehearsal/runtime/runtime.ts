/**
 * What the simulated clouds ask of the machine they run on: images that are programs, stores that are Postgres and Redis,
 * services that are processes, fronts that answer on a port. Types call it from their lifecycle callbacks through
 * `cloud.runtime`; nothing here knows a cloud, and nothing that implements it decides what a cloud would.
 */
export type Runtime = {
  readonly images: Images;
  readonly logs: PlatformLogs;
  /** PEM: who asks a front's URL has to trust it. */
  readonly frontCertificateAuthority: string;
  /** What is not as in the cloud (a stand-in, another version, a shortened wait), for the report; each said once. */
  notes(): readonly string[];
  /** Adds one of them: what a type assumes that a real account may not have. */
  note(text: string): void;
  /** Starts a process from an image and returns at once; it may end or fail later. */
  startContainer(spec: ContainerSpec): Promise<Container>;
  /** Starts a database or cache program; it is ready when this resolves. */
  startStore(spec: StoreSpec): Promise<Store>;
  /** Opens a public address that stays the same while its backends change. */
  openFront(spec: FrontSpec): Promise<Front>;
  /**
   * Runs a command beside a container, on its loopback, as `docker exec` does; `spec` is the container's own but for the command.
   * Gives its exit code; null when it was ended by a signal or takes longer.
   */
  execute(container: Container, spec: ContainerSpec, timeoutSeconds: number): Promise<number | null>;
  /** Sends one probe as the platform would. Never throws: what goes wrong is the result. */
  probe(container: Container, probe: Probe): Promise<ProbeResult>;
  /** Repeats the probe at its interval until a threshold is reached or the container ends. */
  waitUntilHealthy(container: Container, probe: Probe, signal?: AbortSignal): Promise<ProbeResult>;
  /** Why connections of this container failed, one line for each address: `db.internal:5432 timed out: <why>`. */
  failedConnections(container: Container): readonly string[];
  /** Runs one request of a function image that speaks the Lambda Runtime API. */
  invokeFunction(spec: ContainerSpec, payload: string, timeoutSeconds: number): Promise<FunctionResult>;
  /** Ends every process and removes every folder. Safe to call twice. */
  close(): Promise<void>;
};

export type Images = {
  /** Builds what a Dockerfile and its context describe. The same context and arguments give the same digest. */
  build(request: ImageBuild): Promise<Image>;
  find(digest: string): Image | undefined;
};

export type ImageBuild = {
  contextFolder: string;
  /** The text of it. */
  dockerfile: string;
  target?: string;
  platform: string;
  buildArgs: Readonly<Record<string, string>>;
  /** Beside those of the Dockerfile. */
  labels?: Readonly<Record<string, string>>;
};

/** What an image says of itself, as its configuration does. */
export type Image = {
  /** sha256:... */
  digest: string;
  platform: string;
  env: Readonly<Record<string, string>>;
  user: string;
  exposedPorts: readonly number[];
  workdir: string;
  labels: Readonly<Record<string, string>>;
  entrypoint: readonly string[];
  command: readonly string[];
};

export type ContainerSpec = {
  /** For logs and messages: the service's or job's own name. */
  name: string;
  /** An image that `images` knows. */
  digest: string;
  /** Instead of the image's own. */
  entrypoint?: readonly string[];
  command?: readonly string[];
  /** Complete, with every secret resolved; the image's own variables are added below them. */
  env: Readonly<Record<string, string>>;
  network: Network;
  /** Where standard output and error go. */
  logGroup: string;
  limits?: { memoryMiB?: number; cpu?: number };
};

/** What the container's place in the cloud lets it reach. Asked at each connection, so that a changed rule counts at once. */
export type Network = {
  route(host: string, port: number): Route;
  /** The addresses of a name, which `route` is asked for then. Without it, one that is made up stands for the name. */
  lookup?(host: string): readonly string[];
};

export type Route =
  | { kind: 'store'; store: Store }
  /** Refused while it does not listen on that port. */
  | { kind: 'container'; container: Container }
  /** No packet comes back: a security group or a missing route. */
  | { kind: 'timeout'; why: string }
  | { kind: 'refused'; why: string }
  | { kind: 'unknown host'; why: string };

export type Container = {
  readonly name: string;
  readonly digest: string;
  /** Resolves when the process ends, by itself or by `stop`. */
  readonly ended: Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>;
  isRunning(): boolean;
  /** Lets requests in flight finish, then SIGTERM, then SIGKILL; each step has the grace. Take it from its fronts first. */
  stop(graceSeconds: number): Promise<void>;
};

export type Probe = {
  kind: 'http' | 'tcp';
  port: number;
  path?: string;
  initialDelaySeconds: number;
  /** Intervals and delays are shortened in the rehearsal; the notes say by how much. */
  intervalSeconds: number;
  timeoutSeconds: number;
  healthyThreshold: number;
  unhealthyThreshold: number;
  /** Which status is healthy; default 200 to 399. */
  accepts?: (status: number) => boolean;
};

export type ProbeResult =
  | { healthy: true; attempts: number }
  | { healthy: false; attempts: number; lastAnswer: string };

export type StoreSpec = {
  kind: 'postgres' | 'redis';
  /** The engine's major version, as the program asked for it; the machine's own is used and told where it differs. */
  version: string;
  name: string;
  /** Names and addresses inside the cloud's network, as the outputs give them. */
  hosts: readonly string[];
  port: number;
  tls: 'off' | 'allowed' | 'required';
  /** Names or addresses in the certificate; fewer than `hosts` where the cloud's own has fewer. */
  certificateNames: readonly string[];
  /**
   * Who signed the certificate. `own` (default): an authority of this store alone, which clients must be given. `public`: one
   * of those that every client trusts. `standsFor`: one that clients trust who were given a certificate whose subject
   * contains this text, such as "Amazon RDS eu-central-1 Root CA": nobody but Amazon could sign with that one.
   */
  authority?: 'own' | 'public' | { standsFor: string };
  /** The account the program made: without superuser rights, as on RDS and Cloud SQL. */
  user?: string;
  /** Of `user`; of a Redis, its AUTH token. */
  password?: string;
  /** Owned by `user`, or by the administrators' role when there is none. */
  database?: string;
  /** Begins with what another Postgres had at a moment of the machine's own time: its databases, its roles and their passwords. */
  restoredFrom?: { store: Store; machineMs: number };
  /** The role that `user` and all added users belong to, such as rds_superuser or cloudsqlsuperuser. */
  administratorsRole?: string;
};

export type Store = {
  readonly kind: 'postgres' | 'redis';
  readonly name: string;
  /** PEM of the authority that signed the certificate. */
  readonly certificateAuthority: string;
  /** True where the machine has no such program and something lesser stands in; the report tells it. */
  readonly isStandIn: boolean;
  /** Where it answers on 127.0.0.1, for the rehearsal's own questions; undefined while nothing does. */
  localPort(): number | undefined;
  /** One that is there, as in a restored store, gets the password. */
  addUser(user: string, password: string): Promise<void>;
  setPassword(user: string, password: string): Promise<void>;
  addDatabase(name: string): Promise<void>;
  hasDatabase(name: string): Promise<boolean>;
  /** Begins to keep what it needs to be restored from: any moment from now on. */
  keepHistory(): Promise<void>;
  /** Makes it unreachable for a while: faults. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
};

export type FrontSpec = {
  name: string;
  /** Default: https. */
  scheme?: 'http' | 'https';
  /** Of 127.0.0.1, where the platform does not choose it. Rejects with EADDRINUSE when it is taken. Default: any free one. */
  port?: number;
  /** DNS names in the certificate beside this machine's own; asked at each connection that names its host. */
  certificateNames?: () => readonly string[];
  /**
   * What becomes of a request: the platform answers it itself, before any backend, or sends it to one of the front's pools.
   * Undefined: the pool without a name.
   */
  answer?: (request: FrontRequest) => FrontAnswer | FrontPool | undefined;
  /** Told of each answer that one of the backends gave, or that the platform gave in its place. */
  onAnswer?: (answer: { container: Container; status: number }) => void;
  /** What the platform says when no backend did. Default: 503, of a timeout 504, in plain text. */
  failure?: (kind: FrontFailure) => FrontAnswer;
  requestTimeoutSeconds: number;
  /** Where a line for each request goes; none without it. */
  logGroup?: string;
  /** Requests at once in one backend; more wait for their turn. Default: no limit. */
  maxConcurrency?: number;
  /** What becomes of X-Forwarded-For. Default: the caller's address is appended. */
  forwardedFor?: 'append' | 'preserve' | 'remove';
  /** Headers that the platform sets on each request, beside X-Forwarded-For and X-Forwarded-Proto. */
  addHeaders?: () => Readonly<Record<string, string>>;
};

export type FrontRequest = {
  method: string;
  /** Without the query. */
  path: string;
  /** Without the question mark. */
  query: string;
  host: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body's size, up to 256 KiB: a longer one may give any number above that. */
  bodyBytes: number;
  remoteAddress: string;
};

export type FrontAnswer = { status: number; headers: Readonly<Record<string, string>>; body: string };

export type FrontPool = { pool: string };

/** No backend that lives; one that closed the connection before its answer; one that took too long. */
export type FrontFailure = 'no backend' | 'lost' | 'timeout';

export type Front = {
  /** https://127.0.0.1:PORT, or http. */
  readonly url: string;
  /**
   * From now on, new requests go to these; requests in flight stay where they are. A front may have several pools, which its
   * `answer` chooses from; a request for one that was never filled finds no backend.
   */
  setBackends(backends: readonly { container: Container; port: number; weight: number }[], pool?: string): void;
  close(): Promise<void>;
};

export type PlatformLogs = {
  append(group: string, line: string): void;
  read(group: string): readonly string[];
  groups(): readonly string[];
  remove(group: string): void;
};

export type FunctionResult = { ok: true; payload: string } | { ok: false; errorType: string; errorMessage: string };
