# The lab: Debian 13 with Wine 10 below $lab/root, .NET for Windows in $lab/dotnet, Windows PowerShell in $lab/pwsh. Sourced by wine.sh.
# Debian 12's Wine 8 will not do: there a listing with a pattern finds nothing, and RSA hangs.

packages=(wine wine64 libgnutls30 gcc-mingw-w64-x86-64-win32 util-linux)

set_up() {
    install_wine
    install_dotnet
    [[ -f $lab/${WINE_PREFIX:-prefix}/ready ]] || make_prefix
}

install_wine() {
    local root=$lab/root
    [[ -f $root/ready ]] && return
    command -v debootstrap >/dev/null || { echo "debootstrap is missing: apt-get install debootstrap" >&2; return 2; }
    [[ -f $root/etc/debian_version ]] || nice debootstrap --variant=minbase trixie "$root"
    in_root apt-get -q update
    in_root env DEBIAN_FRONTEND=noninteractive nice apt-get -q install -y -o Dpkg::Options::=--force-unsafe-io --no-install-recommends "${packages[@]}"
    touch "$root/ready"
}

# The runtimes come as packages, without a `dotnet.exe`: a program of a few lines stands in for it.
install_dotnet() {
    [[ -f $lab/dotnet/dotnet.exe ]] && return
    cp "$here/lab.proj" "$here/dotnet.c" "$lab/" # nothing is left in the checkout
    dotnet build "$lab/lab.proj" -v q -p:To="$lab" -p:PowerShellVersion="$(powershell_version)"
    in_root x86_64-w64-mingw32-gcc -O2 -municode -o "$lab/dotnet/dotnet.exe" "$lab/dotnet.c"
}

# The PowerShell of the tool manifest.
powershell_version() { tr -d '\n' < "$repository/.config/dotnet-tools.json" | sed 's/.*"powershell": *{ *"version": *"\([^"]*\)".*/\1/'; }

make_prefix() {
    # It would offer to install Mono and Gecko, in a window that nobody sees. Afterwards .NET's images want what is called mscoree.
    in_wine env WINEDLLOVERRIDES='mscoree=;mshtml=' wine64 wineboot -i
    # As Windows 10 its PBKDF2 fails (0xc1000008).
    in_wine wine64 reg add 'HKCU\Software\Wine' /v Version /d win7 /f
    # No debugger shows itself when a program crashes.
    in_wine wine64 reg add 'HKLM\Software\Microsoft\Windows NT\CurrentVersion\AeDebug' /v Debugger /d '' /f
    touch "$lab/${WINE_PREFIX:-prefix}/ready"
}

# Windows boots with its first program and ends with its last: one that waits saves a boot for each that follows. It ends with this script,
# which holds the other end of its input.
stay_up() { exec {keeper}> >(exec >/dev/null 2>&1; in_wine wine64 cmd /q /k); }

end_windows() { in_wine wineserver -k || true; }

# in_root COMMAND...: in the Debian of the lab, where $lab has the same path. Mounts are this command's own, and go with it.
in_root() {
    mkdir -p "$lab/root$lab"
    LAB_WORK=${LAB_WORK:-/} unshare --mount --propagation private bash -c '
        set -e
        lab=$1 work=$LAB_WORK
        shift
        mount --bind "$lab" "$lab/root$lab"
        mount -t proc proc "$lab/root/proc"
        mount --rbind /dev "$lab/root/dev"
        exec chroot "$lab/root" /bin/sh -c '\''cd "$0" && exec "$@"'\'' "$work" "$@"
    ' in_root "$lab" "$@"
}

# in_wine COMMAND...: with the surroundings of Wine, and nothing of the user's own. Names that are not ASCII want a UTF-8 locale; the
# umask keeps keyrings from being refused as readable by others. Wine loses a part of the registers of AVX-512 where the garbage collector
# halts a thread: with them 1 of 250,000 copies of 16 KiB came out wrong, without them none of 2,000,000.
in_wine() {
    local prefix=$lab/${WINE_PREFIX:-prefix} variable kept=()
    while IFS= read -r variable; do
        [[ $variable == ENVELOPECRYPTO_* || $variable == AWS_* || $variable == DOTNET_* ]] && kept+=("$variable=${!variable}")
    done < <(compgen -e)
    (
        umask 077
        in_root env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/wine HOME=/root LC_ALL=C.UTF-8 XDG_RUNTIME_DIR=/tmp TERM="${TERM:-dumb}" \
            DOTNET_EnableAVX512=0 DOTNET_EnableAVX512F=0 WINEDEBUG=-all WINEARCH=win64 WINEPREFIX="$prefix" DOTNET_ROOT="Z:${lab//\//\\}\\dotnet" \
            "${kept[@]}" nice -n 5 "$@"
    )
}

# run_there COMMAND...: the same; `pwsh` is Windows PowerShell, `dotnet` is that of the lab.
run_there() {
    case $1 in
        pwsh) shift; in_pwsh "$@" ;;
        dotnet) shift; in_wine wine64 "$lab/dotnet/dotnet.exe" "$@" ;;
        *) in_wine "$@" ;;
    esac
}

# PowerShell wants a console: without one it ends at once, silently, with 0.
in_pwsh() {
    local command
    printf -v command '%q ' wine64 "$lab/dotnet/dotnet.exe" "$lab/pwsh/pwsh.dll" -NoLogo -NoProfile "$@"
    in_wine script -qec "stty cols 250; $command" /dev/null </dev/null
}
