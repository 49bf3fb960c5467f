"""The vocabulary of Chinese bylines: the labels that name a role or a source, and the words that end a value.

Every word is written in simplified characters; a line is folded to them before it is read (``fold.py``),
so one table serves both scripts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipelines.items import Role

Kind = Literal["person", "source", "other"]


@dataclass(frozen=True, slots=True)
class Label:
    """One label: what it names and how freely it may be used.

    ``pen``: the label is so definite that after a colon it may name a pen name. ``rank``: it is what
    someone is (记者), so it may follow an office's name (半月谈记者) and needs no colon. ``duty`` orders the
    editors of a page: the responsible editor before any other. ``short``: one character, which is a
    label only before a bar or a colon (文/张三). ``being``: an office follows, then the name (作者系某大学教授 李明).
    """

    word: str
    kind: Kind
    roles: tuple[Role, ...] = ()
    pen: bool = False
    rank: bool = False
    duty: int = 0
    short: bool = False
    being: bool = False


def _people(
    words: str,
    *roles: Role,
    pen: bool = False,
    rank: bool = False,
    duty: int = 0,
    short: bool = False,
    being: bool = False,
) -> list[Label]:
    return [Label(w, "person", roles, pen, rank, duty, short, being) for w in words.split()]


_LABELS: list[Label] = [
    *_people("作者 本文作者 文章作者 原作者 署名", "author", pen=True, rank=True),
    *_people("作者系 作者为 作者是 本文作者系 本文作者为 本文作者是", "author", being=True),
    *_people(
        "撰文 撰稿 撰写 执笔 执笔人 主笔 采写 采写报道 文字 采编 供稿 投稿 来稿 整理 图文 文图 撰稿人 作者简介 本文作者简介 采访撰文 文案 采访",
        "author",
        pen=True,
    ),
    *_people("文", "author", pen=True, short=True),
    *_people(
        "记者 评论员 通讯员 特约撰稿 特约撰稿人 观察员 专栏作家 特约作者 专栏作者 采访人员 执笔记者 参与记者 采访记者 文字记者 "
        "报道员 特约评论 采写记者 报道记者 记者手记",
        "author",
        rank=True,
    ),
    *_people(
        "责任编辑 责编 本文责编 文章责编 本期责编 本文责任编辑 本期责任编辑 责任编缉 责任编",
        "editor",
        pen=True,
        duty=2,
    ),
    *_people(
        "编辑 本文编辑 本期编辑 文章编辑 文字编辑 网络编辑 网站编辑 网页编辑 新媒体编辑 微信编辑 值班编辑 执行编辑 栏目编辑 "
        "见习编辑 实习编辑 助理编辑 频道编辑 稿件编辑 当班编辑 本版编辑 版面编辑 文编 小编",
        "editor",
        pen=True,
        duty=1,
        rank=True,
    ),
    *_people(
        "主编 总编 总编辑 副主编 副总编 副总编辑 执行主编 本期主编 值班主编 值班总编 值班总编辑 责任主编 栏目主编 主编辑 编委 值班编委 执行总编 本版主编",
        "chief_editor",
    ),
    *_people(
        "校对 责任校对 责校 校稿 一校 二校 三校 校读 本期校对 本文校对 文字校对 值班校对", "proofreader"
    ),
    *_people("校", "proofreader", short=True),
    *_people(
        "审核 审校 审稿 审签 审读 监制 总监制 监审 终审 复审 初审 一审 二审 三审 编审 核稿 核发 签发 签审 审定 审阅 责任审核 内容审核 "
        "审核人 值班主任 值班领导 校审 值班监制 责任监制 审签人 签发人 核稿人",
        "reviewer",
    ),
    *_people("审", "reviewer", short=True),
    *_people("摄影 摄像 摄影师 拍摄 图片 供图 图片摄影 摄影摄像 摄影记者 图片记者 航拍", "photographer"),
    *_people("图 摄", "photographer", short=True),
    *_people("摄影报道 文并摄 文摄影", "author", "photographer"),
    *_people(
        "美编 美术编辑 制图 绘图 插画 插图 漫画 绘画 美工 设计 视觉 海报设计 视觉设计 作图", "illustrator"
    ),
    *_people("翻译 编译 译者 校译 译文", "translator", pen=True),
    *_people("译", "translator", pen=True, short=True),
    *_people(
        "策划 总策划 统筹 总统筹 出品人 出品 制片 制片人 制作 视频制作 视频 剪辑 后期 导演 编导 运营",
        "producer",
    ),
    *[
        Label(w, "source")
        for w in (
            "来源 本文来源 文章来源 稿件来源 新闻来源 信息来源 内容来源 消息来源 原文来源 资讯来源 文稿来源 转载来源 来源媒体 来源网站 "
            "媒体来源 来源于 本文来源于 来自 本文来自 文章来自 稿件来自 出处 原文出处 文章出处 稿源 文源 信源 转自 本文转自 转载自 本文转载自 "
            "文章转自 摘自 本文摘自 刊于 原刊于 原载 原载于 刊载于 发表于 首发于 原刊 本文刊于 本文原载 本文原载于 首发 来源单位 信息来源于"
        ).split()
    ],
    *[
        Label(w, "other")
        for w in (
            "图片来源 图源 资料来源 数据来源 视频来源 素材来源 题图来源 封面来源 音频来源 图片来自 题图 封面图 头图 图说 原标题 原题 原题为 标题 副标题 "
            "栏目 所属栏目 类别 分类 所属分类 频道 所属频道 关键词 关键字 标签 摘要 导语 核心提示 日期 时间 发布时间 发布日期 更新时间 更新日期 发稿时间 "
            "发表时间 发表日期 添加时间 录入时间 发布 发布人 发布者 发布单位 发布机构 发布部门 录入 录入者 录入人 录入员 上传 上传者 字数 点击 点击数 点击量 点击率 "
            "点击次数 浏览 浏览数 浏览量 浏览次数 阅读 阅读数 阅读量 阅读次数 访问 访问量 访问次数 人气 次数 责任单位 供稿单位 主办 主办单位 承办 承办单位 "
            "电话 联系电话 邮箱 电子邮箱 投稿邮箱 地址 邮编 网址 链接 本文链接 原文链接 本文地址 版权 声明 免责声明 单位 作者单位 联系人 联系方式 信息类别 索引号 "
            "发文机关 文号 嘉宾 对话嘉宾 对话人物 受访者 受访人 主持 主持人 爆料 爆料热线 新闻热线 热线 字体 字号 文字大小 大小 分享 分享到 分享至 图片编辑 "
            "主播 播音 朗读 配音 口述 讲述 编者按 编者注 作者最近文章 最后更新 责任编辑邮箱 编辑部 版式 排版 最新更新 原创 收稿日期 基金项目 题字"
        ).split()
    ],
]

LABELS: dict[str, Label] = {label.word: label for label in _LABELS}

# What pages print beside a byline: it ends a value and is never one.
STOP_WORDS: frozenset[str] = frozenset(
    (
        "分享 分享到 分享至 打印 打印本页 打印本文 打印页面 收藏 收藏本文 评论 我要评论 发表评论 网友评论 条评论 扫码 扫一扫 扫描二维码 扫码阅读 举报 我要举报 "
        "关闭 关闭窗口 关闭本页 关闭页面 点赞 点击 转发 转载 微博 新浪微博 腾讯微博 微信 朋友圈 微信好友 空间 好友 我有话说 人参与 参与 跟帖 订阅 关注 加关注 纠错 我要纠错 返回 返回首页 返回顶部 "
        "上一篇 下一篇 上一页 下一页 更多 查看更多 手机看 手机版 手机阅读 手机看新闻 手机观看 登录 注册 放大 缩小 放大字体 缩小字体 默认 超大 特大 大字 小字 标准 "
        "复制链接 复制 调整字体 字体大小 字体 字号 相关 相关新闻 相关阅读 相关链接 大中小 大 中 小 首页 正文 目录 原文 阅读原文 阅读全文 全文 朗读 听新闻 语音播报 保存 下载 客户端 "
        "推荐 推荐阅读 热门 专题 投诉 反馈 我要反馈 帮助 版权声明 免责声明 声明 次 人气 视频 图集 未经授权不得转载 未经授权 不得转载 完 更新 编辑推荐 顶部 字体放大 字体缩小 喜欢 赞 踩 收听 播放 暂停 导读 背景 时间 日期"
    ).split()
)

# Words after a name that say what the person did; they close the value (记者 张三 报道).
DONE_WORDS: frozenset[str] = frozenset(
    (
        "报道 综合报道 北京报道 摄影报道 联合报道 综合 整合 整理 综述 编译 采写 撰文 撰写 文 文图 图文 编写 汇编 改写 编辑 发自 供稿 发自北京 电 讯 报导 综合整理 综合编译 实习 采访 采访报道 现场报道 发回报道"
    ).split()
)

# A picture's credit: the person took or gave the picture, not the text.
PHOTO_WORDS: frozenset[str] = frozenset(
    "摄 摄影 供图 图 拍摄 绘图 制图 提供 图片 摄像 航拍 翻拍 资料图 截图 图源 画 绘 题图 制作 视频".split()
)
