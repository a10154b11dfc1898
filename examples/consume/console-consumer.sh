#!/usr/bin/env bash
# Kafka's own console consumer (Java) on a stream of the twin: committed records, one line each: time, partition, offset, key.
#   examples/consume/console-consumer.sh cdrs --max-messages 10
# What follows the topic goes to the consumer as it is. The jars are those that `npm start` or `npm test` has fetched.
set -euo pipefail

topic="${1:?usage: console-consumer.sh <topic> [options of the console consumer]}"
shift
cache="${TELCO_TWIN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/telco-twin}"
jars=("$cache"/kafka-*/kafka-tools-*.jar)
if [[ ! -e "${jars[0]}" ]]; then
  echo "no Kafka in $cache: run npm start once, it fetches one" >&2
  exit 1
fi

exec java -Xmx256m -cp "$(dirname "${jars[0]}")/*" org.apache.kafka.tools.consumer.ConsoleConsumer \
  --bootstrap-server "${KAFKA_BROKERS:-127.0.0.1:9092}" --topic "${TWIN_PREFIX:-}$topic" \
  --from-beginning --isolation-level read_committed \
  --formatter-property print.timestamp=true --formatter-property print.partition=true \
  --formatter-property print.offset=true --formatter-property print.key=true --formatter-property print.value=false "$@"
