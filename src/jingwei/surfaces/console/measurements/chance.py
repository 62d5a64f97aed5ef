"""What a made report says, and where it lies; nothing of Django, so that a client may use it."""

import random

from jingwei.kernel.values.coordinates import Point

SIDE, CATEGORIES = 100, 96
WEST, SOUTH, STEP = 116.0, 39.6, 0.005
THINGS = "路灯 井盖 垃圾 占道 积水 噪声 围挡 树枝 消防通道 电动车 广告牌 护栏 公厕 路面 管线 扬尘".split()
WRONGS = "损坏 缺失 堆积 不亮 堵塞 漏水 倾斜 破损 影响出行 无人清理 多日未处理 存在危险".split()
PLACES = "东湖路 西山街 人民路 解放巷 和平里 建设路 学府街 滨河路 新华路 光明里 站前街 体育场路".split()


def words(chance: random.Random) -> str:
    """A sentence of a made report."""
    where = f"{chance.choice(PLACES)}{chance.randint(1, 999)}号门前"
    return f"{where}{chance.choice(THINGS)}{chance.choice(WRONGS)}，请处理。"


def point(chance: random.Random) -> Point:
    """A point in the made city."""
    span = int(SIDE * STEP * 1e7) - 1
    return Point(int(WEST * 1e7) + chance.randrange(span), int(SOUTH * 1e7) + chance.randrange(span))


def category(chance: random.Random) -> str:
    """The code of a made category."""
    number = chance.randrange(CATEGORIES)
    return f"{number // 8 + 1:02}{number % 8 + 1:02}"
