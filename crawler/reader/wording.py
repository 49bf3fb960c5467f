"""The words of a page that are not the article's: its buttons, its advertising, its way to other articles.

In simplified and traditional characters: mirrors are read before their script is restored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_LONGEST_HEADING = 40
_LONGEST_PROMOTION = 120

_OTHER_MATTER = re.compile(
    r"(?:相关|相關|推荐|推薦|延伸|更多|热门|熱門|精彩|猜你|大家都在|为您|為您|最新|今日|本周|频道|往期|编辑推荐)[^:：，。]{0,8}"
    r"(?:阅读|閱讀|新闻|新聞|文章|推荐|推薦|内容|內容|链接|鏈接|稿件|报道|報道|資訊|资讯|评论|喜欢|喜歡|看|排行|专题|图集|视频|精彩)"
    r"|(?:热|網友|网友|最新|全部|我要|热门|精彩)[^:：，。]{0,3}(?:评论|評論|跟[帖贴])|(?:点击|新闻|阅读|點擊)?排行榜?|[上下]一[篇條条则则]"
    r"|copyright|版权所有|版權所有|.{0,10}ICP[备備證证]|友情[链鏈][接結]|关于我们|關於我們|聯繫我們|联系我们|网站地图"
    r"|发表评论|發表評論|評論區|评论区",
    re.I,
)
_BUTTON = re.compile(
    r"[\[【(（]?(?:分享|打印|列印|收藏|关闭|關閉|字[号號体體]|评论|評論|举报|舉報|点赞|點讚|转发|轉發|保存|复制链接|浏览|瀏覽|点击|點擊"
    r"|阅读[量数次]|朗读|朗讀|扫一扫|掃一掃|用?微信|大\s?中\s?小|A[-+]|T\s?[-+|]|返回|纠错|糾錯|订阅|訂閱|關注|关注|手机看|听新闻|播放|暂停"
    r"|(?:正在)?加载|下载|登[录錄]|注册|我有话说|参与)[^。，！？；]{0,16}"
)


def _each(verbs: str, behind: str) -> Iterator[str]:
    return (verb + behind for verb in verbs.split())


# Each branch begins with a letter of its own: so the engine passes over all other characters at once.
_PROMOTION = re.compile(
    "|".join(
        (
            *_each("扫 扫描 掃 長按 长按 识别 識別", "[^。]{0,16}(?:二维码|二維碼)"),
            "二维码[^。]{0,12}(?:关注|下载|扫码|查看|获取)",
            *_each("关注 關注 添加 搜索 订阅", "[^。]{0,20}(?:公众号|公眾號|微信号|官方微信|官方微博)"),
            *_each("下载 下載 打开 打開", "[^。，]{0,16}(?:客户端|客戶端|[Aa][Pp][Pp]|小程序)"),
            "免费(?:试玩|试用|体验|领取)",
            "点击(?:进入|查看|阅读|下载|这里|此处)",
            "點擊(?:進入|查看)",
        )
    )
)


def turns_elsewhere(text: str) -> bool:
    """Whether a line opens a list of other articles, the readers' comments or the site's imprint.

    >>> [turns_elsewhere(text) for text in ("相关阅读", "上一篇：旧书市集", "相关的人来了。")]
    [True, True, False]
    """
    return len(text) <= _LONGEST_HEADING and _OTHER_MATTER.match(text) is not None


def is_button(text: str) -> bool:
    """Whether a line is something to press or a count, and no sentence.

    >>> [is_button(text) for text in ("分享到：", "字号：大 中 小", "关注老人，从一杯水开始。")]
    [True, True, False]
    """
    return _BUTTON.fullmatch(text) is not None


def is_promotion(text: str) -> bool:
    """Whether a line asks the reader to scan, follow, download or click.

    >>> [is_promotion(text) for text in ("扫描左方二维码", "点击进入专题>>", "他把二维码贴好。")]
    [True, True, False]
    """
    return len(text) <= _LONGEST_PROMOTION and _PROMOTION.search(text) is not None
