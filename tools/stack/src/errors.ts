/** A part of the local stack could not be brought up or down. The message says what to do. */
export class StackError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A port that a part needs is in use by something else. */
export class PortTakenError extends StackError {
  constructor(
    readonly part: string,
    readonly port: number,
    /** Who listens there, as far as the system tells: `pid 812 (postgres -D data)`. */
    readonly takenBy: string | undefined,
  ) {
    super(
      `Port ${port}, which ${part} needs, is taken by ${takenBy ?? 'another process'}. Stop that, or choose another port.`,
    );
  }
}

/** A program that must be installed beforehand is not there, or too old. */
export class MissingToolError extends StackError {
  constructor(
    readonly tool: string,
    wayOut: string,
    options?: ErrorOptions,
  ) {
    super(`${tool} is missing. ${wayOut}`, options);
  }
}

/** A download failed, or what arrived is not what this version of Laurel was tested with. */
export class DownloadError extends StackError {}

/** A part was started but ended, or did not answer in time. */
export class NotReadyError extends StackError {
  constructor(
    readonly part: string,
    reason: string,
    readonly logPath: string,
    lastLines: string,
  ) {
    super(`${part} ${reason}. Its log is ${logPath}; it ends with:\n${lastLines}`);
  }
}

/** The caller asked to give up before everything was ready. */
export class StackInterruptedError extends StackError {
  constructor() {
    super('Starting the servers was interrupted.');
  }
}

/** What is on disk or running does not fit what was asked for. */
export class StackConflictError extends StackError {}
