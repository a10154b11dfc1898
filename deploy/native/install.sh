#!/usr/bin/env bash
# npm run install:native: Confluent's client for Node.js (@confluentinc/kafka-javascript, librdkafka in C), for examples/consume/confluent.ts
# and its test. It is no dependency of the project: where no ready-made binary can be downloaded it needs a C++ compiler and, on
# Debian and Ubuntu, these packages:
#   apt-get install build-essential python3 libssl-dev libsasl2-dev zlib1g-dev libzstd-dev liblz4-dev libcurl4-openssl-dev
# `npm ci` removes it again.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly client='@confluentinc/kafka-javascript@1.10.1'

# The compiler needs the headers of the Node that will load the client, which is the project's own.
headers="$(mktemp -d)"
trap 'rm -rf "$headers"' EXIT
node_package="$(node -p '`${process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node"}-${process.platform}-${process.arch}@${process.versions.node}`')"
echo "fetching $node_package (headers)"
npm install --prefix "$headers" --no-save --no-audit --no-fund --ignore-scripts --loglevel error "$node_package"

# dynamic: librdkafka uses this machine's OpenSSL, SASL, zlib, zstd, lz4 and curl instead of building its own.
export CKJS_LINKING=dynamic
export npm_config_nodedir="$headers/node_modules/${node_package%@*}"
echo "installing $client (building it takes a few minutes)"
npm install --no-save --no-audit --no-fund --foreground-scripts "$client"

node -e 'const { librdkafkaVersion } = require("@confluentinc/kafka-javascript"); console.log(`ready: librdkafka ${librdkafkaVersion}`)'
