import { config } from 'zod/mini';

/** The page's policy forbids compiling code at run time, so the schemas must not try. Imported before any schema is made. */
config({ jitless: true });
