export { startSource } from './start-source.js';
export { TestHome, type TestServers } from './test-home.js';
