# The two hosts of a cluster, from the root of the repository:
#
#     docker build -f Silo.Dockerfile --target silo      -t orleans-limiter-silo .
#     docker build -f Silo.Dockerfile --target front-end -t orleans-limiter-front-end .
#
# Both count and decide as the five policies in /policies say; mount a folder of your own over it. Administration listens on the
# container's loopback only, until Limiter__AdminUrls and LIMITER_ADMIN_TOKEN say otherwise.

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# Restoring is a layer of its own, which lasts until a project file changes. COPY loses the folders of the projects, and a loop
# puts them back, so that a new project needs no line here.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/*.props src/
COPY src/*/*.csproj ./
RUN for project in *.csproj; do mkdir -p "src/${project%.csproj}" && mv "$project" "src/${project%.csproj}/" || exit 1; done \
    && dotnet restore src/OrleansLimiter.Silo --use-current-runtime -p:PublishReadyToRun=true \
    && dotnet restore src/OrleansLimiter.FrontEnd --use-current-runtime -p:PublishReadyToRun=true

COPY .editorconfig ./
COPY src src
# ReadyToRun: a silo that joins serves its part of the grain directory at once, with code that is not compiled yet otherwise. The
# runtime and the framework are compiled with it, so they are part of the program and not of the base image.
RUN for host in Silo:silo FrontEnd:front-end; do \
        dotnet publish "src/OrleansLimiter.${host%:*}" --no-restore --use-current-runtime -p:PublishReadyToRun=true \
            --configuration Release --output "/app/${host#*:}" || exit 1; \
    done

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0 AS host
WORKDIR /app
COPY --chmod=755 deploy/healthcheck.sh /usr/local/bin/healthcheck
COPY policies /policies

# Server GC is in the hosts' projects: its pauses are shorter, and a pause is a late decision and a missed probe.
ENV Limiter__Policies=/policies \
    Limiter__Urls=http://*:8080 \
    Limiter__AdminUrls=http://127.0.0.1:8081

# The image's own user without rights, by number, so that Kubernetes can see that it is not root.
USER 1654

# The process answers, on the address of administration, which every host has. Whether it can decide (/readyz) is no reason to
# restart it.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["healthcheck", "/healthz"]

FROM host AS front-end
COPY --from=build /app/front-end .
EXPOSE 8080 8081 8082
ENTRYPOINT ["./OrleansLimiter.FrontEnd"]

FROM host AS silo
COPY --from=build /app/silo .
EXPOSE 8080 8081 8082 11111 30000
ENTRYPOINT ["./OrleansLimiter.Silo"]
