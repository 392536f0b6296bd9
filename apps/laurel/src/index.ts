export { EmbeddedHost } from './host/embedded-host.js';
export { LaurelApi, LaurelApiError } from './api/laurel-api.js';
