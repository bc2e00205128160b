#!/usr/bin/env bash
# Starts the service, asks it something, ends it, and keeps what it loaded: an archive for java -XX:SharedArchiveFile, good
# for this JDK and this jar alone, under the name it has here.
#   archive-classes.sh ARCHIVE [JAR]
set -euo pipefail
jar=${2:-fathom.jar}
port=${ARCHIVE_PORT:-8080}
java -XX:ArchiveClassesAtExit="$1" -Dquarkus.http.host=127.0.0.1 -Dquarkus.http.port="$port" \
  -Dfathom.clusters.none.bootstrap-servers=127.0.0.1:1 -jar "$jar" &
service=$!
asked() {
  exec 3<>"/dev/tcp/127.0.0.1/$port" && printf 'GET /api/v1/clusters HTTP/1.0\r\n\r\n' >&3 && cat <&3
}
until (asked) 2>/dev/null; do
  kill -0 "$service"
  sleep 0.2
done
kill "$service"
wait "$service" || true
test -s "$1"
