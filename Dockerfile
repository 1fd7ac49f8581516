# One image for the service and its migrations: docker run IMAGE [server | migrate | migrate-lambda | seed | forward | health-check]
# Only what the classic builder and every BuildKit understand is used here: docker-compose 1.29 has no other.
ARG BUILD_IMAGE=node:24-bookworm-slim
ARG RUNTIME_IMAGE=node:24-bookworm-slim

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY tsconfig.json LICENSE ./
COPY service service
# The same files, modes and times in every build, whatever the checkout's umask: the layer below gets the same digest.
# The worker of the embedded database stays behind: a container loses its files, so the image refuses that database.
RUN node service/build.mjs /image/app \
  && rm -r /image/app/stores \
  && cp LICENSE /image/app/ \
  && chmod -R u=rwX,go=rX /image \
  && find /image -exec touch --no-dereference --date=@315532800 {} +

FROM ${RUNTIME_IMAGE}
ENV NODE_ENV=production \
    EMBEDDED_STORES=refused
COPY --from=build /image/ /
WORKDIR /app
# By number: Kubernetes' runAsNonRoot cannot judge a name. Nothing is written, so no file belongs to it.
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s --start-period=30s --retries=3 CMD ["node", "server.js", "health-check"]
ENTRYPOINT ["node", "server.js"]
CMD ["server"]

# Last, so that a new revision leaves the layers above as they are.
ARG RUNTIME_IMAGE
ARG SOURCE=
ARG VERSION=dev
ARG REVISION=
LABEL org.opencontainers.image.title="Taproom" \
      org.opencontainers.image.description="A Fastify service with Postgres and Redis, and its migrations" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="${RUNTIME_IMAGE}"
