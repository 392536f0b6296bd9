import { fastify } from 'fastify';
import mercurius from 'mercurius';
import { listenOn, resolvers, SDL } from './answers.js';

const app = fastify();
await app.register(mercurius, { schema: SDL, resolvers, jit: 1 });
await app.listen(listenOn);
