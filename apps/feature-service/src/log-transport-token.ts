/** Injection token of the {@link LogTransport} that the host opened. */
export const LOG_TRANSPORT = Symbol('log transport');
