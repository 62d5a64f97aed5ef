#!/bin/sh
# Installs the bundle for this machine in a bare Debian 12 without Python and without network, and asks its first page.
# Run by hand as root after `make bundle`; needs debootstrap and iproute2. The folder is removed at the end.
set -eu
cd "$(dirname "$0")/.."
archive=$(ls -t dist/jingwei-*-"$(uname -m)".tar.gz 2>/dev/null | head -n 1)
[ -n "$archive" ] || { echo "There is no bundle for this machine in dist/: run make bundle first." >&2; exit 1; }
root=$(mktemp -d)
chmod 755 "$root"  # the account of the database enters it too
trap 'rm -rf --one-file-system "$root"' EXIT
echo "a bare Debian 12 …"
debootstrap --variant=minbase bookworm "$root" >"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; exit 1; }
rm "$root.log"
mkdir "$root/trial"
tar -xzf "$archive" -C "$root/trial"
cat > "$root/trial/try" <<'END'
set -eu
! command -v python3 || { echo "there is a Python here, the trial would show nothing" >&2; exit 1; }
[ "$(cut -d: -f1 /proc/net/dev | tail -n +3 | tr -d ' ')" = lo ] || { echo "there is a network here" >&2; exit 1; }
cd /trial/jingwei-*
./install
jingwei=/opt/jingwei/jingwei
"$jingwei" demo --city boston
"$jingwei" stop --city boston
"$jingwei" tls init jingwei.test
"$jingwei" up --city boston --tls
"$jingwei" status
"$jingwei" stop
END
echo "without network:"
# up, demo: each returns only when the first page has answered 200
unshare --net --mount --pid --fork sh -eu -c '
    ip link set lo up
    mount --make-rprivate /
    mount -t proc proc "$1/proc"
    mount --rbind /dev "$1/dev"
    exec chroot "$1" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/trial LANG=C.UTF-8 sh /trial/try' sh "$root"
echo "The bundle runs where there is neither Python nor network."
