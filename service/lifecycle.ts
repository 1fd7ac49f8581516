/** Where the process stands. The server changes it, routes and hooks read it. */
export type Lifecycle = {
  /** The database has answered once on a current schema. */
  isStarted: boolean;
  /** The process was told to stop: it still answers, but wants no new traffic. */
  isDraining: boolean;
};
