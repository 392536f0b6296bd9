# One image for every app: the command says which one runs.
FROM node:24-bookworm-slim AS build
WORKDIR /laurel
ENV NX_DAEMON=false
COPY package.json package-lock.json nx.json tsconfig.base.json ./
COPY apps apps
COPY libs libs
COPY tools tools
COPY tests/package.json tests/package.json
RUN npm ci --no-audit --no-fund
RUN npx nx run-many -t build
RUN npm prune --omit=dev

FROM node:24-bookworm-slim
WORKDIR /laurel
ENV NODE_ENV=production
COPY --from=build --chown=root:root /laurel /laurel
RUN mkdir -p /var/lib/laurel && chown node:node /var/lib/laurel
USER node
# Fewer arenas: buffers that are given back leave less memory in pieces.
ENV LAUREL_HOME=/var/lib/laurel LAUREL_HOST=0.0.0.0 MALLOC_ARENA_MAX=2
# Compiled code outlives the process and the container.
ENV NODE_COMPILE_CACHE=/var/lib/laurel/compile-cache
EXPOSE 4000 4001 4002 4003 4004
CMD ["node", "apps/laurel/bin/laurel.js", "serve"]
