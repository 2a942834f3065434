# The host, ready to run: docker compose up, or docker build and a PostgreSQL of your own (docs/operations.md).

FROM node:22-bookworm-slim AS assets
WORKDIR /source
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY src src
RUN npm run build

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
COPY --from=assets /source/src/Ui/wwwroot src/Ui/wwwroot
RUN dotnet publish src/Host -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
# Makes pictures narrower; without it they are sent as large as they came.
RUN apt-get update && apt-get install -y --no-install-recommends webp && rm -rf /var/lib/apt/lists/*
# A new volume takes its owner from this directory, so that the unprivileged user may write uploads.
RUN mkdir -p /data/blobs && chown -R "$APP_UID" /data
COPY --from=build /app .
ENV ASPNETCORE_HTTP_PORTS=8080 Marketplace__Home=/data Marketplace__Blobs=/data/blobs
VOLUME /data
EXPOSE 8080
USER $APP_UID
ENTRYPOINT ["dotnet", "Marketplace.Host.dll"]
