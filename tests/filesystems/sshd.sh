# An SSH server of our own, for sshfs: on loopback, a free port, with keys that are made for it. Sourced by run.sh.

# sshd_started FOLDER: $sshd_client is what ssh and sshfs need to know of it; it ends with the mount.
sshd_started() {
    local folder=$1/ssh attempt
    sshd_client=$folder/client
    mkdir -m 0700 "$folder"
    ssh-keygen -q -t ed25519 -N '' -f "$folder/host" && ssh-keygen -q -t ed25519 -N '' -f "$folder/user" || return
    if [[ ! -d /run/sshd ]]; then # its separation of privileges wants that folder
        mkdir -m 0755 /run/sshd && undo_later rmdir /run/sshd
    fi
    for attempt in {1..20}; do
        sshd_port=$((20000 + RANDOM % 20000))
        sshd_config "$folder" > "$folder/config"
        client_config "$folder" > "$sshd_client"
        echo "[127.0.0.1]:$sshd_port $(cut -d ' ' -f 1-2 "$folder/host.pub")" > "$folder/known"
        "$(command -v sshd)" -D -e -f "$folder/config" 2> "$folder/log" &
        sshd_pid=$!
        if sshd_answers; then
            undo_later kill "$sshd_pid"
            return
        fi
        kill "$sshd_pid" 2>/dev/null
        wait "$sshd_pid"
    done
    cat "$folder/log"
    return 1
}

sshd_config() {
    cat <<CONFIG
ListenAddress 127.0.0.1
Port $sshd_port
HostKey $1/host
AuthorizedKeysFile $1/user.pub
PidFile none
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
AllowTcpForwarding no
X11Forwarding no
Subsystem sftp internal-sftp
CONFIG
}

client_config() {
    cat <<CONFIG
Host 127.0.0.1
Port $sshd_port
User $(id -un)
IdentityFile $1/user
IdentitiesOnly yes
UserKnownHostsFile $1/known
StrictHostKeyChecking yes
BatchMode yes
CONFIG
}

sshd_answers() {
    local attempt
    for attempt in {1..100}; do
        kill -0 "$sshd_pid" 2>/dev/null || return
        ssh -F "$sshd_client" 127.0.0.1 true && return
        read -rt 0.1 <> <(:)
    done
    return 1
}
