# shellcheck shell=bash
# Makes an archive that needs neither Java nor Maven nor Node: sourced by ./slipway of the sources,
# after the build.

# All standard modules, so that no library can miss one, of the JDK's own those that are used, and
# what operators need to look into a process (jcmd).
MODULES=java.se,jdk.jcmd,jdk.jfr,jdk.charsets,jdk.crypto.ec,jdk.localedata,jdk.management,jdk.naming.dns,jdk.net,jdk.unsupported,jdk.zipfs

platform() {
  local os arch
  case $(uname -s) in
    Linux) os=linux ;;
    Darwin) os=macos ;;
    *) os=windows ;;
  esac
  case $(uname -m) in
    aarch64 | arm64) arch=arm64 ;;
    *) arch=x64 ;;
  esac
  echo "$os-$arch"
}

package_usage() {
  cat <<'EOF'
./slipway package                an archive for this platform, in target/
./slipway package --deb          a Debian package as well
./slipway package --check        and try the archive: without Java, in an empty folder
./slipway package --for PLATFORM --jmods DIR
                                 for another platform (linux-x64, linux-arm64, macos-arm64,
                                 windows-x64), with the folder jmods of a JDK 25 for it
EOF
}

make_archive() {
  local wanted here jmods='' deb='' check='' version stage name
  here=$(platform)
  wanted=$here
  while [ $# -gt 0 ]; do
    case $1 in
      --for) wanted=${2:?a platform is missing} && shift ;;
      --jmods) jmods=${2:?a folder is missing} && shift ;;
      --deb) deb=yes ;;
      --check) check=yes ;;
      *)
        package_usage
        [ "$1" = --help ] && exit 0
        exit 2
        ;;
    esac
    shift
  done
  case $wanted in
    linux-x64 | linux-arm64 | macos-x64 | macos-arm64 | windows-x64) ;;
    *)
      echo "slipway: no such platform: $wanted" >&2
      exit 2
      ;;
  esac
  if [ "$wanted" != "$here" ] && [ ! -f "$jmods/java.base.jmod" ]; then
    echo "slipway: for $wanted, --jmods must name the folder jmods of a JDK 25 for it (adoptium.net)" >&2
    exit 2
  fi
  tar --version 2>/dev/null | grep -q GNU || case $wanted in windows-*) ;; *)
    echo "slipway: needs GNU tar and GNU coreutils (macOS: brew install gnu-tar coreutils, and put them first in the PATH)" >&2
    exit 1
    ;;
  esac
  version=$(sed -n 's/^  <version>\(.*\)<\/version>/\1/p' "$home/pom.xml" | head -1)
  name=slipway-$version-$wanted
  stage=$home/target/package/$name
  rm -rf "$home/target/package"
  mkdir -p "$stage/app/lib" "$stage/app/native"
  copy_files
  link_runtime
  # What the cache records of the jars includes their time.
  find "$stage" -exec touch -h -d "$(build_date)" {} +
  if [ "$wanted" = "$here" ]; then
    echo "slipway: preparing faster starts…" >&2
    (
      JAVA_HOME=$stage/runtime
      server_options+=(-Dorg.sqlite.lib.path="$stage/app/native")
      # It answers check-ins with this runtime: nothing is missing.
      make_cache "$stage/app/slipway.jar" "$stage/app/slipway.aot" || {
        cat "$stage/app/slipway.aot.log" >&2
        exit 1
      }
    )
    rm -f "$stage/app/slipway.aot.log"
    touch -d "$(build_date)" "$stage/app" "$stage/app/slipway.aot"
  fi
  write_archive
  [ -z "$deb" ] || make_deb
  [ -z "$check" ] || check_archive
}

# As somebody who has just downloaded it: nothing is in the environment but a PATH without Java.
check_archive() {
  local at port=18080 server
  at=$(mktemp -d)
  tar xzf "$home/target/$name.tar.gz" -C "$at"
  mkdir "$at/empty"
  cd "$at/empty"
  local clean=(env -i PATH=/usr/bin:/bin HOME="$at/empty" SLIPWAY_HTTP_PORT=$port SLIPWAY_ACCOUNT_CAPTCHA=off SLIPWAY_ACCOUNT_SETUP_CODE=check-code)
  "${clean[@]}" "$at/$name/slipway" run >"$at/log" 2>&1 &
  server=$!
  # shellcheck disable=SC2064
  trap "kill -9 $server 2>/dev/null || true; rm -rf '$at'" EXIT
  local tries=0
  until "${clean[@]}" "$at/$name/slipway" health 2>/dev/null; do
    tries=$((tries + 1))
    if [ $tries -gt 150 ]; then
      cat "$at/log" >&2
      exit 1
    fi
    sleep 0.2
  done
  "${clean[@]}" "$at/$name/slipway" simulate --devices 5 --fast --bind --register --user check --password 'only for a check' \
    --setup-code check-code --url "http://127.0.0.1:$port/v1/ota/" | tail -2
  kill "$server"
  wait "$server" || true
  cd "$home"
  echo "slipway: the archive works" >&2
}

# As in the jars' manifests.
build_date() {
  sed -n 's/.*<project.build.outputTimestamp>\(.*\)<.*/\1/p' "$home/pom.xml"
}

copy_files() {
  local target=$home/server/target library
  cp "$target/slipway.jar" "$target/slipway-sbom.json" "$home/deploy/start.sh" "$stage/app/"
  cp "$target"/lib/*.jar "$stage/app/lib/"
  cp "$home"/simulator/target/lib/*.jar "$stage/app/lib/"
  cp "$home"/simulator/target/slipway-simulator-*.jar "$stage/app/simulator.jar"
  cp -r "$home"/{README.md,README.zh-CN.md,CHANGELOG.md,docs} "$stage/"
  case $wanted in
    windows-*)
      # One of the options is for Linux only.
      local options="${server_options[*]}"
      sed "s|@options@|${options/-XX:TrimNativeHeapInterval=10000/}|; s/\$/\r/" "$home/deploy/archive/slipway.cmd" >"$stage/slipway.cmd"
      ;;
    *) install -m 755 "$home/deploy/archive/slipway" "$stage/slipway" ;;
  esac
  case $wanted in
    linux-x64) library=Linux/x86_64/libsqlitejdbc.so ;;
    linux-arm64) library=Linux/aarch64/libsqlitejdbc.so ;;
    macos-x64) library=Mac/x86_64/libsqlitejdbc.dylib ;;
    macos-arm64) library=Mac/aarch64/libsqlitejdbc.dylib ;;
    windows-x64) library=Windows/x86_64/sqlitejdbc.dll ;;
  esac
  (cd "$stage/app/native" && "$JAVA_HOME/bin/jar" xf "$target"/lib/sqlite-jdbc-*.jar "org/sqlite/native/$library" &&
    mv "org/sqlite/native/$library" . && rm -r org)
}

link_runtime() {
  local from=()
  [ -z "$jmods" ] || from=(--module-path "$jmods")
  "$JAVA_HOME/bin/jlink" ${from[@]+"${from[@]}"} --add-modules "$MODULES" --strip-debug --no-header-files \
    --no-man-pages --compress zip-6 --include-locales en,zh --output "$stage/runtime"
}

# The same files give the same archive, but for the cache, which contains what was measured.
write_archive() {
  cd "$home/target/package"
  case $wanted in
    windows-*)
      local archive=$home/target/$name.zip
      rm -f "$archive"
      find "$name" -type f | LC_ALL=C sort | sed 's/.*/"&"/' >files
      "$JAVA_HOME/bin/jar" --create --no-manifest --date="$(build_date)" --file "$archive" @files
      ;;
    *)
      local archive=$home/target/$name.tar.gz
      tar --sort=name --mtime="$(build_date)" --owner=0 --group=0 --numeric-owner -cf - "$name" | gzip -n -6 >"$archive"
      ;;
  esac
  cd "$home"
  echo "$archive"
}

make_deb() {
  case $wanted in
    linux-*) ;;
    *)
      echo "slipway: Debian packages are for linux-x64 and linux-arm64" >&2
      exit 2
      ;;
  esac
  local root=$home/target/package/deb arch=amd64 archive
  [ "$wanted" = linux-arm64 ] && arch=arm64
  archive=$home/target/slipway_${version}_$arch.deb
  mkdir -p "$root"/{DEBIAN,usr/bin,usr/lib/systemd/system,etc/slipway,usr/share/doc}
  cp -a "$stage" "$root/usr/lib/slipway"
  mv "$root/usr/lib/slipway/docs" "$root/usr/share/doc/slipway"
  mv "$root"/usr/lib/slipway/*.md "$root/usr/share/doc/slipway/"
  ln -s ../lib/slipway/slipway "$root/usr/bin/slipway"
  cp "$home/deploy/systemd/slipway.service" "$root/usr/lib/systemd/system/"
  cp "$home/deploy/debian/defaults.properties" "$root/etc/slipway/slipway.properties"
  sed "s/@version@/$version/; s/@architecture@/$arch/" "$home/deploy/debian/control" >"$root/DEBIAN/control"
  cp "$home"/deploy/debian/{conffiles,postinst,prerm,postrm} "$root/DEBIAN/"
  chmod 755 "$root"/DEBIAN/{postinst,prerm,postrm}
  SOURCE_DATE_EPOCH=$(date -d "$(build_date)" +%s) dpkg-deb --root-owner-group -Zgzip --build "$root" "$archive" >&2
  echo "$archive"
}
