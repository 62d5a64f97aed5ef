"""What the machine keeps: room on the disk, backups and the keys in them, the certificate."""

import datetime
import os
import shutil
import socket
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from jingwei.kernel.values.words import Text
from jingwei.kit.borrowed.files import missing
from jingwei.kit.checking.lines import Line, State, age, hours_since, read_sign

_LITTLE, _NONE = 0.20, 0.05  # share of a disk that is free
_BACKUP_LATE, _BACKUP_MISSED = 26.0, 72.0  # hours; a backup every night, and two nights without one
_VERIFIED_LATE = 8 * 24.0  # hours; verified once a week
_KEYS_LATE = 7 * 24.0  # hours
_CERTIFICATE_SOON = 21.0  # days
_BACKUP = "jingwei backup"


def disk(home: Path) -> Line:
    """The fullest of the disks on which data folder and embedded database lie."""
    title, places = Text("磁盘空间", "Room on the disk"), [home]
    pointer = home / "postgres.where"
    if pointer.exists():
        places.append(Path(pointer.read_text(encoding="utf-8").strip()))
    free, where = 1.0, home
    for place in filter(Path.exists, places):
        usage = shutil.disk_usage(place)
        if usage.free / usage.total < free:
            free, where = usage.free / usage.total, place
    gigabytes = shutil.disk_usage(where).free / 1e9
    said = Text(
        f"{where} 剩余 {free:.0%}（{gigabytes:.0f} GB）。", f"{where} has {free:.0%} free ({gigabytes:.0f} GB)."
    )
    if free >= _LITTLE:
        return Line("disk", title, State.OK, said)
    remedy = Text(
        "把旧备份移到另一台机器，或扩大磁盘。写满后新上报会被拒绝，已收的不会丢。",
        "Move old backups to another machine, or enlarge the disk. Once it is full reports are refused; none is lost.",
    )
    return Line("disk", title, State.WARNING if free >= _NONE else State.FAULT, said, remedy)


def pages() -> Line:
    """Whether the files are there that maps and charts are drawn with; without them pages show drawings and tables."""
    title, lacking = Text("地图和图表组件", "Files for maps and charts"), missing()
    if not lacking:
        return Line("pages", title, State.OK, Text("齐全。", "They are complete."))
    named = ", ".join(lacking[:2]) + (" …" if len(lacking) > 2 else "")
    said = Text(
        f"缺少或不符：{named}。地图只显示简图，图表只显示表格。",
        f"Missing or different: {named}. Maps are plain drawings and charts are tables.",
    )
    remedy = Text(
        "在源码目录执行 make ready（需要能访问 npm 软件源），再重启；安装包自带这些文件，重新安装即可。",
        "Run make ready in the checkout (it needs an npm registry), restart; a bundle brings them: install it again.",
    )
    return Line("pages", title, State.WARNING, said, remedy)


def backups(home: Path, now: datetime.datetime) -> Line:
    """The age of the last backup, and of its verification, as `jingwei backup` notes them."""
    title, sign = Text("备份", "Backups"), read_sign(home / "run" / "backup.json")
    made, verified = hours_since(sign.get("made_at"), now), hours_since(sign.get("verified_at"), now)
    again = Text(
        f"执行 {_BACKUP}，并启用每夜的定时器（运维指南）。",
        f"Run {_BACKUP}; turn on the nightly timer (operations guide).",
    )
    if made is None:
        return Line("backups", title, State.FAULT, Text("从未备份。", "There was never a backup."), again)
    said = Text(f"最近一次在 {age(made).zh}前。", f"The last one was made {age(made).en} ago.")
    if made > _BACKUP_LATE:
        return Line("backups", title, State.FAULT if made > _BACKUP_MISSED else State.WARNING, said, again)
    if sign.get("faults"):
        said = Text(
            f"{sign['verified']} 核对出 {sign['faults']} 处损坏。",
            f"{sign['verified']} has {sign['faults']} damaged files.",
        )
        remedy = Text(
            f"那份备份不能用：立即执行 {_BACKUP}，核对新的一份，并检查该磁盘。",
            f"It cannot be used: run {_BACKUP} now, verify the new one, and examine that disk.",
        )
        return Line("backups", title, State.FAULT, said, remedy)
    if verified is None or verified > _VERIFIED_LATE:
        remedy = Text(f"执行 {_BACKUP} 文件夹 --verify。", f"Run {_BACKUP} FOLDER --verify.")
        lacking = Text("一周内没有核对过。", "None was verified within a week.")
        return Line("backups", title, State.WARNING, Text(said.zh + lacking.zh, f"{said.en} {lacking.en}"), remedy)
    checked = Text(f"{age(verified).zh}前核对无误。", f"One was found whole {age(verified).en} ago.")
    return Line("backups", title, State.OK, Text(said.zh + checked.zh, f"{said.en} {checked.en}"))


def keys(home: Path, now: datetime.datetime) -> Line:
    """The age of the last backup that holds the keys."""
    title = Text("密钥备份", "Backup of the keys")
    saved = hours_since(read_sign(home / "run" / "backup.json").get("keys_at"), now)
    lost = Text(
        "若 secrets 文件夹丢失而无备份：所有人须重新登录，未用的一次性链接作废，按电话等精确查找的索引对不上旧数据。",
        "If the folder secrets is lost without one: everybody signs in anew, one-time links end, and exact look-ups"
        " (by telephone number) no longer match what was stored before.",
    )
    remedy = Text(
        f"执行 {_BACKUP}（不带 --without-secrets），并把一份放到上锁的另一处。",
        f"Run {_BACKUP} (without --without-secrets) and lock a copy away elsewhere.",
    )
    return _of_a_week("keys", title, saved, lost, remedy)


def key_database(home: Path, now: datetime.datetime) -> Line:
    """The age of the last copy of the key database, as `jingwei keys backup` notes it."""
    title = Text("密钥库备份", "Copy of the key database")
    saved = hours_since(read_sign(home / "run" / "keys.json").get("saved_at"), now)
    lost = Text(
        "若密钥库丢失，上次备份以后留下的姓名、电话、邮箱、封存的办理内容和图片文件永远无法再看，任何备份都救不回；其余不受影响。",
        "If the key database is lost, names, telephone numbers, e-mail addresses, sealed words of acts, pictures and "
        "documents that came in after the last copy can never be read again, from no backup; all else stands.",
    )
    remedy = Text(
        "每天执行 jingwei keys backup 文件，存到另一处，35 天后删除；secrets/kek 另存一份（没有它，副本打不开）。",
        "Run jingwei keys backup FILE every day, to another place, and delete each after 35 days; keep secrets/kek "
        "apart (without it no copy opens).",
    )
    return _of_a_week("key_database", title, saved, lost, remedy)


def files_in_clear(home: Path, city: str) -> Line | None:
    """Files that `jingwei seal` left in clear, because they are not what was stored; None where it left none."""
    count = read_sign(home / "run" / f"sealed-{city}.json").get("files_in_clear", 0)
    if not count:
        return None
    said = Text(f"升级后仍有 {count} 个损坏的文件未加密。", f"{count} damaged files lie in clear since an upgrade.")
    remedy = Text(
        "执行 jingwei ledger verify 看是哪些，从旧备份取回完好的，再执行 jingwei seal。",
        "See with jingwei ledger verify which, fetch whole ones from an older backup, then run jingwei seal.",
    )
    return Line("files_in_clear", Text("未加密的文件", "Files in clear"), State.WARNING, said, remedy)


def _of_a_week(key: str, title: Text, saved: float | None, lost: Text, remedy: Text) -> Line:
    """The line of a copy that is to be made every week; `saved` hours ago, `lost` says what is lost without it."""
    if saved is None:
        before = Text("从未备份。", "Never saved.")
    elif saved <= _KEYS_LATE:
        return Line(key, title, State.OK, Text(f"{age(saved).zh}前。", f"{age(saved).en} ago."))
    else:
        before = Text(f"上次在 {age(saved).zh}前。", f"Last saved {age(saved).en} ago.")
    return Line(key, title, State.WARNING, Text(before.zh + lost.zh, f"{before.en} {lost.en}"), remedy)


def certificate(home: Path, now: datetime.datetime) -> Line | None:
    """The certificate that JINGWEI_PUBLIC_URL shows, trusted by system or own authority; None without."""
    address = urlsplit(os.environ.get("JINGWEI_PUBLIC_URL", ""))
    if address.scheme != "https" or not address.hostname:
        return None
    title = Text("HTTPS 证书", "Certificate of HTTPS")
    remedy = Text(
        "续期证书并重新加载其服务（运维指南“HTTPS”）。", "Renew it and reload what serves it (operations guide, HTTPS)."
    )
    try:
        trusted = ssl.create_default_context()
        if (home / "tls" / "ca.crt").exists():
            trusted.load_verify_locations(home / "tls" / "ca.crt")
        with (
            socket.create_connection((address.hostname, address.port or 443), timeout=2) as plain,
            trusted.wrap_socket(plain, server_hostname=address.hostname) as secure,
        ):
            ends = ssl.cert_time_to_seconds(str((secure.getpeercert() or {})["notAfter"]))
    except (OSError, ValueError, KeyError) as error:
        said = Text(f"{address.netloc} 没有出示有效证书：{error}。", f"{address.netloc} shows no valid one: {error}.")
        return Line("certificate", title, State.FAULT, said, remedy)
    days = (ends - now.timestamp()) / 86400
    said = Text(f"还有 {days:.0f} 天有效。", f"Valid for {days:.0f} more days.")
    if days > _CERTIFICATE_SOON:
        return Line("certificate", title, State.OK, said)
    return Line("certificate", title, State.WARNING, said, remedy)
