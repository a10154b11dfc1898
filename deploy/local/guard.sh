#!/bin/sh
# guard.sh GRACE_SECONDS COMMAND [ARG...]
#
# Runs COMMAND and ends it when standard input reaches end of file. Standard input is a pipe whose other end only the parent
# holds, so the kernel closes it however the parent dies, SIGKILL included, and no server is left behind. Prints the child's pid
# on file descriptor 3 and exits with the child's status.
grace=$1
shift
exec 4<&0

"$@" </dev/null 3>&- 4<&- &
child=$!
echo "$child" >&3
exec 3>&-

(
  exec >/dev/null 2>&1
  read -r _ <&4
  kill -TERM "$child"
  while [ "$grace" -gt 0 ] && kill -0 "$child"; do
    sleep 1
    grace=$((grace - 1))
  done
  kill -KILL "$child"
) &
watchdog=$!

# An empty handler, not an ignored signal: only the latter is inherited by children, and the JVM respects it.
trap : TERM INT HUP
wait "$child"
status=$?
while kill -0 "$child" 2>/dev/null; do
  wait "$child"
  status=$?
done
kill "$watchdog" 2>/dev/null
exit "$status"
