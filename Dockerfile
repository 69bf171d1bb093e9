# syntax=docker/dockerfile:1
# The bot alone. What is written goes to /data and /tmp, so that all else may be read-only; see compose.yaml.
# `--build-arg REQUIREMENTS=postgres` adds the client of PostgreSQL; see docs/growing.md.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /build
ARG REQUIREMENTS=run
COPY requirements/run.txt ./requirements/run.txt
COPY requirements/postgres.txt ./requirements/postgres.txt
# Wheels alone: nothing is compiled, so that no compiler is needed, in this stage either.
RUN python -m venv /opt/venv
RUN /opt/venv/bin/python -m pip install --no-cache-dir --only-binary :all: --no-deps --require-hashes -r "requirements/${REQUIREMENTS}.txt" \
    && /opt/venv/bin/python -m pip check \
    && /opt/venv/bin/python -m pip uninstall --yes pip setuptools
# Of the world's languages those that Discord knows: 21 MiB less.
RUN find /opt/venv -path '*/babel/locale-data/*.dat' -regextype posix-extended \
    ! -regex '.*/(root|ar|bg|cs|da|de|el|en|es|fi|fr|he|hi|hr|hu|id|it|ja|ko|lt|nb|nl|no|pl|pt|ro|ru|sv|th|tr|uk|vi|zh)(_.*)?\.dat' \
    -delete

FROM python:3.11-slim-bookworm
ARG VERSION=unknown
LABEL org.opencontainers.image.title="Parley" \
      org.opencontainers.image.description="A Discord bot that one can talk to in any channel" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}"
ENV PATH="/opt/venv/bin:${PATH}" \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:////data/parley.db
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin parley \
    && install --directory --owner=parley --group=parley --mode=700 /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY bot ./bot
COPY cogs ./cogs
COPY playground ./playground
COPY LICENSE ./
# Compiled once here, since nothing can be written there later.
RUN python -m compileall -q bot cogs playground
USER 10001
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["python", "-m", "bot", "health"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
