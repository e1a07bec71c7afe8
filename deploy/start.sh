# shellcheck shell=bash
# How a server is started: sourced by ./slipway of the sources and of an archive, after JAVA_HOME is
# known.

# Small heaps and no idle memory: most servers are small. SLIPWAY_JAVA_OPTS adds to these.
server_options=(-Xms128m -Xmx384m -Xmn64m -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:MaxDirectMemorySize=96m -XX:+ExitOnOutOfMemoryError
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Djava.awt.headless=true -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8)

# Limits the freed memory that the C library holds back: the compiler alone leaves a hundred megabytes.
if [ "$(uname)" = Linux ]; then
  server_options+=(-XX:TrimNativeHeapInterval=10000)
  export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}
fi

# Makes an ahead-of-time cache of a jar: classes loaded, linked and profiled by a run on an empty,
# temporary folder. That halves the time to the first response. Fails if the run does.
make_cache() { # jar cache
  # A unique name: two servers may be started at once.
  local new=$2.$$ failed=0
  "$JAVA_HOME/bin/java" "${server_options[@]}" -XX:AOTCacheOutput="$new" -jar "$1" train >"$2.log" 2>&1 || failed=$?
  # An empty file means that this JVM can't, so that it isn't tried at each start.
  if [ -s "$new" ]; then mv "$new" "$2"; elif [ ! -s "$2" ]; then : >"$2"; fi
  return $failed
}

# If it doesn't fit, for example because of other JVM options, that costs speed but logs nothing.
cache_options() { # cache
  [ -s "$1" ] && server_options+=(-XX:AOTCache="$1" -Xlog:aot=off -Xlog:cds=off)
  return 0
}

# Replaces this shell by a command of the server.
start_server() { # jar command...
  local options=${SLIPWAY_JAVA_OPTS:-}
  unset SLIPWAY_JAVA_OPTS
  # What the server writes is nobody else's.
  umask 077
  # shellcheck disable=SC2086
  exec "$JAVA_HOME/bin/java" "${server_options[@]}" $options -jar "$@"
}
