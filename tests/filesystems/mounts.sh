# The kinds of file systems: what each needs, and how it is mounted at $mount. Sourced by run.sh.
# Each is small, so that it can be filled; $backing is the disk behind it, where that is another folder.

kinds=(tmpfs tmpfs-inodes ext3 xfs btrfs overlay squashfs sshfs exfat-fuse ntfs-3g bindfs mergerfs)
size_mib=64

# missing_for KIND: prints what is missing and fails, or succeeds.
missing_for() {
    local program
    for program in $(programs_of "$1"); do
        command -v "$program" >/dev/null || { echo "$program is missing"; return 1; }
    done
    case $1 in sshfs | *-fuse | ntfs-3g | bindfs | mergerfs) [[ -c /dev/fuse ]] || { echo "/dev/fuse is missing"; return 1; } ;; esac
}

programs_of() {
    case $1 in
        ext3 | xfs | btrfs) echo "mkfs.$1 losetup" ;;
        squashfs) echo mksquashfs ;;
        sshfs) echo "sshfs sshd ssh ssh-keygen" ;;
        exfat-fuse) echo "mkfs.exfat mount.exfat-fuse losetup" ;;
        ntfs-3g) echo "mkfs.ntfs mount.ntfs-3g losetup" ;;
        bindfs | mergerfs) echo "$1" ;;
    esac
}

# mounted KIND: mounts it and says later how it goes away.
mounted() { "mount_$1" "$root/$1" >"$step_log" 2>&1; }

mount_tmpfs() { tmpfs_at "$mount" "size=${size_mib}m"; }

# A tree, its vault and what is restored fit in, and not much more.
mount_tmpfs-inodes() { tmpfs_at "$mount" "size=${size_mib}m,nr_inodes=3000"; }

# Times of whole seconds, since there is no room for more in an inode.
mount_ext3() { image "$1" $size_mib && mkfs.ext3 -q -F -I 128 "$device" && device_at ext3; }
mount_xfs() { image "$1" 320 && mkfs.xfs -q "$device" && device_at xfs; }
mount_btrfs() { image "$1" 128 && mkfs.btrfs -q "$device" && device_at btrfs; }

# Below lie a tree and its vault already, which are copied up when they are first written to.
mount_overlay() {
    mkdir -p "$1/lower" "$1/upper"
    make_tree "$1/lower/old-source"
    run protect "$1/lower/old-source" -r -o "$1/lower/old-vault/" --kek local:a
    tmpfs_at "$1/upper" "size=${size_mib}m" && mkdir "$1/upper/files" "$1/upper/work" || return
    at_mount -t overlay -o "lowerdir=$1/lower,upperdir=$1/upper/files,workdir=$1/upper/work" overlay
    backing=$1/upper
}

mount_squashfs() {
    mkdir -p "$1/content"
    make_tree "$1/content/source"
    run protect "$1/content/source" -r -o "$1/content/vault/" --kek local:a
    mksquashfs "$1/content" "$1/image" -quiet -no-progress && at_mount -t squashfs -o loop,ro "$1/image"
}

# A share of small size on a server of its own.
mount_sshfs() {
    mkdir -p "$1/share"
    tmpfs_at "$1/share" "size=${size_mib}m" && sshd_started "$1" || return
    sshfs -F "$sshd_client" "127.0.0.1:$1/share" "$mount" || return
    unmount_later "$mount"
    backing=$1/share share=$1/share
}

mount_exfat-fuse() {
    image "$1" $size_mib && mkfs.exfat "$device" && mount.exfat-fuse "$device" "$mount" || return
    unmount_later "$mount"
}

mount_ntfs-3g() {
    image "$1" $size_mib && mkfs.ntfs -q -F "$device" && mount.ntfs-3g "$device" "$mount" || return
    unmount_later "$mount"
}

mount_bindfs() {
    mkdir -p "$1/behind"
    tmpfs_at "$1/behind" "size=${size_mib}m" && bindfs "$1/behind" "$mount" || return
    unmount_later "$mount"
    backing=$1/behind share=$1/behind
}

# Two branches; the policy of creation takes the one that has the folder, then the one with most room.
mount_mergerfs() {
    mkdir -p "$1/one" "$1/two"
    tmpfs_at "$1/one" "size=${size_mib}m" && tmpfs_at "$1/two" "size=4m" || return
    mergerfs -o category.create=mfs,minfreespace=0 "$1/one:$1/two" "$mount" || return
    unmount_later "$mount"
    backing=$1/one
}

# image FOLDER MIB: a sparse file as $device.
image() {
    truncate -s "$2M" "$1/image" && device=$(losetup --find --show "$1/image") || return
    undo_later losetup --detach "$device"
}

device_at() { at_mount -t "$1" "$device"; }

tmpfs_at() { mount -t tmpfs -o "$2" envelope-filesystems "$1" && unmount_later "$1"; }

at_mount() { command mount "$@" "$mount" && unmount_later "$mount"; }

# FUSE can be busy for a moment after the last file was closed.
unmount_later() { undo_later unmounted "$1"; }

unmounted() {
    local attempt
    for attempt in {1..50}; do
        umount "$1" && return
        read -rt 0.1 <> <(:)
    done
    umount --lazy "$1"
}
