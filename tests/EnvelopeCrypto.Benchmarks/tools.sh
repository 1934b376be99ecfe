# The tools that compare.sh compares: how each is found, set up and called. Sourced, not run.

tools=(cp)
passphrase='a passphrase for comparing'

# The native program, as it is shipped; without a linker, one for this machine's runtime. The checkout is not written to.
build_tool() {
    envelope=$COMPARE_ENVELOPE
    if [[ -z $envelope ]]; then
        say "building"
        local native=()
        if command -v clang > /dev/null || command -v gcc > /dev/null; then
            native=(-p:NativeTool=true)
            ! command -v cmake > /dev/null || [[ ! -e $(cc -print-file-name=libssl.a 2> /dev/null) ]] || native+=(-p:StaticOpenSslLinking=true)
        else
            leave_out "a linker" "native program"
        fi
        dotnet publish "$here/../../src/EnvelopeCrypto.Cli" -c Release -p:ToolFramework=net10.0 "${native[@]}" --use-current-runtime \
            --artifacts-path "$work/build" -o "$work/tool" > "$work/build.log" || { tail "$work/build.log" >&2; fail "the tool does not build"; }
        envelope=$work/tool/envelope
    fi
    for kek in local:old local:new local:other; do
        "$envelope" kek new "$kek" --unprotected --quiet
    done
}

find_tools() {
    for tool in age rclone restic gpg openssl; do
        command -v "$tool" > /dev/null && tools+=("$tool") || leave_out "$tool" comparison
    done
    tools+=(envelope)
    printf '%s' "$passphrase" > "$work/passphrase"
    if has age; then
        age-keygen -o "$work/age.key" 2> /dev/null
        age_recipient=$(age-keygen -y "$work/age.key")
    fi
    if has rclone; then
        export RCLONE_CONFIG=$work/rclone.conf RCLONE_CONFIG_VAULT_TYPE=crypt RCLONE_CONFIG_VAULT_REMOTE=/
        RCLONE_CONFIG_VAULT_PASSWORD=$(rclone obscure "$passphrase")
        export RCLONE_CONFIG_VAULT_PASSWORD
        : > "$RCLONE_CONFIG"
    fi
    export RESTIC_PASSWORD_FILE=$work/passphrase RESTIC_CACHE_DIR=$work/restic
    ! has gpg || mkdir -m 700 "$GNUPGHOME"
}

encrypt_cp() { cp "$1" "$2"; }
decrypt_cp() { cp "$1" "$2"; }
encrypt_tree_cp() { cp -r "$1" "$2"; }
decrypt_tree_cp() { cp -r "$1" "$2"; }

encrypt_age() { age -r "$age_recipient" -o "$2" "$1"; }
decrypt_age() { age -d -i "$work/age.key" -o "$2" "$1"; }

# A crypt remote over a folder here.
encrypt_rclone() { RCLONE_CONFIG_VAULT_REMOTE=$PWD/$2 rclone copyto "$1" vault:file; }
decrypt_rclone() { RCLONE_CONFIG_VAULT_REMOTE=$PWD/$1 rclone copyto vault:file "$2"; }
encrypt_tree_rclone() { RCLONE_CONFIG_VAULT_REMOTE=$PWD/$2 rclone copy "$1" vault:; }
decrypt_tree_rclone() { RCLONE_CONFIG_VAULT_REMOTE=$PWD/$1 rclone copy vault: "$2"; }

# A repository for each: it is made beforehand, and part of none of its times.
prepare_restic() { ! has restic || restic init -q -r "$1"; }
encrypt_restic() { restic backup -q -r "$2" "$1"; }
decrypt_restic() { restic dump -q -r "$1" latest /large > "$2"; }
encrypt_tree_restic() { restic backup -q -r "$2" "$1"; }
decrypt_tree_restic() { restic restore -q -r "$1" latest --target "$2.all" && mv "$2.all/tree" "$2"; }

encrypt_gpg() { gpg --batch --quiet --pinentry-mode loopback --passphrase-file "$work/passphrase" --cipher-algo AES256 --compress-algo none -o "$2" -c "$1"; }
decrypt_gpg() { gpg --batch --quiet --pinentry-mode loopback --passphrase-file "$work/passphrase" -o "$2" -d "$1"; }

# It authenticates nothing; there is no other mode in `openssl enc`.
encrypt_openssl() { openssl enc -aes-256-ctr -pbkdf2 -pass "file:$work/passphrase" -in "$1" -out "$2"; }
decrypt_openssl() { openssl enc -d -aes-256-ctr -pbkdf2 -pass "file:$work/passphrase" -in "$1" -out "$2"; }

encrypt_envelope() { "$envelope" protect "$1" -o "$2" --kek local:old --quiet; }
decrypt_envelope() { "$envelope" unprotect "$1" -o "$2" --quiet; }
encrypt_tree_envelope() { "$envelope" protect "$1" -r -o "$2" --kek local:old --quiet; }
decrypt_tree_envelope() { "$envelope" unprotect "$1" -r -o "$2" --quiet; }
