export { freePort } from './free-port.js';
export { TestHome, type TestServers } from './test-home.js';
