"""The byline grammar, form by form: what a printed line names, and what it must not."""

from __future__ import annotations

import pytest

from pipelines.byline import Reading, begins_with_label, read_bylines
from pipelines.items import Line, Place

BODY = "东城公园周六开放，游人很多。"


def read_line(text: str, place: Place = "tail") -> Reading:
    return read_bylines([Line(text, place, "line 9")], BODY)


def rows(reading: Reading) -> list[str]:
    """The bylines as ``role name`` or ``role name@office``."""
    return [f"{b.role} {b.name}" + (f"@{b.affiliation}" if b.affiliation else "") for b in reading.bylines]


EDITORS = [
    ("责任编辑：张迪", ["editor 张迪"]),
    ("责编：薛小磊", ["editor 薛小磊"]),
    ("编辑： 王华军", ["editor 王华军"]),
    ("编辑：\u00a0王华军", ["editor 王华军"]),
    ("（责任编辑：周雁）", ["editor 周雁"]),
    ("(责编：汤诗诗、丁涛)", ["editor 汤诗诗", "editor 丁涛"]),
    ("[责任编辑：刘斌]", ["editor 刘斌"]),
    ("【编辑：姚昊】", ["editor 姚昊"]),
    ("〔责任编辑：李明〕", ["editor 李明"]),
    ("责任编辑：杨倩_NF4425", ["editor 杨倩"]),
    ("责任编辑：韩保林 PK155", ["editor 韩保林"]),
    ("责任编辑：李明(EN001)", ["editor 李明"]),
    ("（责任编辑： HN666）", ["editor HN666"]),
    ("责任编辑：lihui", ["editor lihui"]),
    ("编辑 刘晓 校对 李铭", ["editor 刘晓", "proofreader 李铭"]),
    ("摄影/张艳 编辑/苏芳", ["photographer 张艳", "editor 苏芳"]),
    ("编辑丨李明　校对丨王红", ["editor 李明", "proofreader 王红"]),
    ("责编:李明|审核:王红|监制:张小雨", ["editor 李明", "reviewer 王红", "reviewer 张小雨"]),
    ("编辑/校对：李明", ["editor 李明", "proofreader 李明"]),
    ("责任编辑:                         小婷", ["editor 小婷"]),
    ("作者：未知     责任编辑：棒棒不是糖", ["editor 棒棒不是糖"]),
    ("责 任 编 辑：李　明", ["editor 李明"]),
    ("责任编辑：张 尧 李 红", ["editor 张尧", "editor 李红"]),
    ("责任编辑：欧阳 小红", ["editor 欧阳小红"]),
    ("责任编辑李明", ["editor 李明"]),
    ("责任編輯：張堯", ["editor 張堯"]),
    ("[責任編輯:張堯]", ["editor 張堯"]),
    ("责任编辑：李明 打印 收藏 分享", ["editor 李明"]),
    ("发布日期：2019-03-06          责任编辑：龙慧", ["editor 龙慧"]),
    ("主编：李明 值班总编：王红", ["chief_editor 李明", "chief_editor 王红"]),
    ("初审：李明 复审：王红 终审：张小雨", ["reviewer 李明", "reviewer 王红", "reviewer 张小雨"]),
    ("【校对】曾小芬 【编辑】车子玉", ["proofreader 曾小芬", "editor 车子玉"]),
    ("[责任编辑] 李明", ["editor 李明"]),
    ("○编辑 全杏 ◎校对 王红", ["editor 全杏", "proofreader 王红"]),
    ("(责编：海小文(实习生)、居悦)", ["editor 海小文", "editor 居悦"]),
    ("责任编辑：李明（实习）、王红（见习）", ["editor 李明", "editor 王红"]),
    ("责编：毕佳违法和不良信息举报：010-0000", ["editor 毕佳"]),
    ("责任编辑：（柯敏 RF105）", ["editor 柯敏"]),
    ("责任编辑：（李明）", ["editor 李明"]),
    ("网编：李明", ["editor 李明"]),
    ("每经记者：李明 每经编辑：王红", ["author 李明@每经", "editor 王红@每经"]),
]

AUTHORS = [
    ("作者：李在山", ["author 李在山"]),
    ("作者魏星", ["author 魏星"]),
    ("作者： 记者王敬", ["author 王敬"]),
    ("作 者：张 尧", ["author 张尧"]),
    ("石佳/晨光青年报", ["author 石佳@晨光青年报"]),
    ("晨谈记者 史卫", ["author 史卫@晨谈"]),
    ("《晨镜》作者 周纯", ["author 周纯@晨镜"]),
    ("【文/晨光网专栏作者 王文】", ["author 王文@晨光网"]),
    ("执笔/叨叨姐、胡一刀&李小飞刀", ["author 叨叨姐", "author 胡一刀", "author 李小飞刀"]),
    ("采写：晨都见习记者 林子", ["author 林子@晨都"]),
    ("采写：晨光报记者 李明 摄影：晨光报记者 王红", ["author 李明@晨光报", "photographer 王红@晨光报"]),
    (
        "(文/图 刘玺东 易赛楠)",
        ["author 刘玺东", "photographer 刘玺东", "author 易赛楠", "photographer 易赛楠"],
    ),
    ("李明 文/图", ["author 李明", "photographer 李明"]),
    ("文/张三丰 图/李四光", ["author 张三丰", "photographer 李四光"]),
    ("李明/文", ["author 李明"]),
    ("文丨李明 王红", ["author 李明", "author 王红"]),
    ("（评论员 罗博 萧海川）", ["author 罗博", "author 萧海川"]),
    ("记者李明、王红，实习生张小雨", ["author 李明", "author 王红", "author 张小雨"]),
    ("本报记者 李明 通讯员 王红 摄影报道", ["author 李明", "author 王红"]),
    ("晨光网记者 李明 发自东城", ["author 李明@晨光网"]),
    ("记者陈智 整合", ["author 陈智"]),
    ("作者：张三丰（东城大学）、李四光（西城大学）", ["author 张三丰@东城大学", "author 李四光@西城大学"]),
    ("（作者：李明，东城大学教授）", ["author 李明@东城大学教授"]),
    ("（作者李明系东城大学教授）", ["author 李明@东城大学教授"]),
    ("（作者系东城大学教授 李明）", ["author 李明@东城大学教授"]),
    ("（作者为东城图书馆馆员李明）", ["author 李明@东城图书馆馆员"]),
    ("供稿：宣传部 李明 审核：王红", ["author 李明@宣传部", "reviewer 王红"]),
    ("作者：晨光报评论员 李明", ["author 李明@晨光报"]),
    ("作者：阿卜杜拉·买买提、李明", ["author 阿卜杜拉·买买提", "author 李明"]),
    ("作者：[美]约翰·史密斯 译者：李明", ["author 约翰·史密斯", "translator 李明"]),
    ("作者：Alice Munro", ["author Alice Munro"]),
    ("作者：欧阳修文、司马小红", ["author 欧阳修文", "author 司马小红"]),
    ("作者：夜听风雨", ["author 夜听风雨"]),
    ("作者：高峰", ["author 高峰"]),
    ("作者：李明 2019-11-07 浏览：123次", ["author 李明"]),
    ("本報記者 陳曉明", ["author 陳曉明"]),
    ("晨光网 记者 李明", ["author 李明@晨光网"]),
    ("晨光新闻《晨镜》作者 周纯", ["author 周纯@晨光新闻《晨镜》"]),
    ("晨光报记者 李明 摄影 晨光报记者 王红", ["author 李明@晨光报", "photographer 王红@晨光报"]),
    ("作者 | 李明  出品 | 晨光工作室", ["author 李明"]),
    ("文字整理：李明　审校：王红", ["author 李明", "reviewer 王红"]),
    ("文/图：李明  编辑：王红", ["author 李明", "photographer 李明", "editor 王红"]),
    ("【记者】杭思远 卜一凡", ["author 杭思远", "author 卜一凡"]),
    ("【通讯员】梁惠", ["author 梁惠"]),
    ("[摄影]叶子强 [文字]李明", ["photographer 叶子强", "author 李明"]),
    ("⊙记者 相里川 ○编辑 全杏", ["author 相里川", "editor 全杏"]),
    ("作者：⊙记者 相里川 ○编辑 全杏", ["author 相里川", "editor 全杏"]),
    ("■本报记者 李明", ["author 李明"]),
    ("记者：杭思远 卜一凡", ["author 杭思远", "author 卜一凡"]),
    ("（记者 阙红）", ["author 阙红"]),
    ("【文】李明 【图】王红", ["author 李明", "photographer 王红"]),
    ("本报讯（记者 从容 见习记者 言午 实习生 冒小川）", ["author 从容", "author 言午", "author 冒小川"]),
    ("（记者 从容川 言午）", ["author 从容川", "author 言午"]),
    ("（记者信步云 通讯员江城管）", ["author 信步云"]),
    ("作者：李明，编辑：王红，题图来自：晨光图库", ["author 李明", "editor 王红"]),
    ("（记者石　磊 通讯员骆晓）", ["author 石磊", "author 骆晓"]),
    ("作者：梁周敏之", ["author 梁周敏之"]),
    ("晨光社记者李明、齐雷捷明", ["author 李明@晨光社", "author 齐雷捷明@晨光社"]),
    ("作者：欧阳治  孙晓  次仁旺堆", ["author 欧阳治", "author 孙晓", "author 次仁旺堆"]),
    ("作者： 晨光报记者 李明 实习生 王红 晨光网", ["author 李明@晨光报", "author 王红"]),
    ("网站编辑 - 张潘", ["editor 张潘"]),
    ("【全媒体记者】李明 王红", ["author 李明", "author 王红"]),
    ("撰文 · 阿椿", ["author 阿椿"]),
    ("编辑 · 木也", ["editor 木也"]),
    ("撰文： 區禮城 吳子晴", ["author 區禮城", "author 吳子晴"]),
]

NOBODY = [
    "责任编辑：",
    "责任编辑：   分享到：",
    "责任编辑：【打印】【关闭】",
    "责任编辑：上一篇：东城公园开放",
    "责任编辑：admin",
    "责任编辑： APP下载",
    "责任编辑： 你可能感兴趣",
    "责任编辑： 小视频",
    "责任编辑：晨光财富网",
    "作者：网络整理",
    "作者：佚名",
    "作者：本站",
    "作者：晨光日报",
    "作者：东城区发展和改革局",
    "作者：东城区图书馆",
    "作者单位：东城大学",
    "作者最近文章",
    "作者认为，公园很好",
    "记者了解到，公园开放了",
    "记者：您怎么看？",
    "记者 节",
    "编辑部地址：东城路",
    "编辑 推荐",
    "本报评论员",
    "对话作者 王小明",
    "知名作家李明去世",
    "（李明摄）",
    "李明供图",
    "图/视觉中国",
    "图片来源：晨光报记者 李明 摄",
    "城市摄影队 周斌 摄",
    "本文图片除特别标注外，均为晨光新闻记者李明 图",
    "（资料来源：参考书、海外书等）",
    "（实习生李明对此文亦有贡献）",
    "凡本网注明“作者：李明”的作品均属本网",
    "转载请注明作者：李明",
    "（东城区发改局）",
    "2019-09-07 15:10 高清 图集",
    "李明",
    "王红 李明",
    "【记者】公园里的夜市",
    "【整理】旧书与旧友",
    "【视频】东城公园开放",
    "【编辑】推荐",
    "○编辑部 ○读者服务",
    "（记者 手记）",
    "（记者 探访）",
    "（记者协会）",
    "（通讯员 江城管）",
    "（记者 综合整理）",
    "记者从公园获悉，夜市开张了",
    "记者能看到的，都在书架上",
    "记者后来又去了一次",
    "记者全程陪同",
    "编辑 乐园",
    "记者 第五次",
    "来自手机客户端",
    "记者 - 文化",
    "作者：区委办",
    "By the River",
    "晨光新闻 社会报道",
    "本报记者、黄金时代",
]


@pytest.mark.parametrize(("line", "expected"), EDITORS + AUTHORS)
@pytest.mark.parametrize("place", ["head", "tail"])
def test_a_form_names_its_people(line: str, expected: list[str], place: Place) -> None:
    assert rows(read_line(line, place)) == expected


@pytest.mark.parametrize("line", NOBODY)
@pytest.mark.parametrize("place", ["head", "tail"])
def test_what_names_nobody_yields_nothing(line: str, place: Place) -> None:
    reading = read_line(line, place)
    assert (rows(reading), reading.author, reading.editor, reading.body) == ([], None, None, BODY)


SOURCES = [
    ("来源: 晨光市场周刊", "晨光市场周刊"),
    ("本文来源：晨光网                               责任编辑：杨倩_NF4425", "晨光网"),
    ("来源于：东区办事处", "东区办事处"),
    ("稿件来源：晨光网", "晨光网"),
    ("出处：晨光网 作者：李明 编辑：王红", "晨光网"),
    ("来源|晨光报、城市晚报", "晨光报、城市晚报"),
    ("（刊于《晨谈》2019年第24期）", "晨谈"),
    ("（原载《晨光》2019年第24期 作者：李明）", "晨光"),
    ("转自：城市晚报", "城市晚报"),
    ("来源晨光网", "晨光网"),
    ("2019-09-26 12:11来源：晨光时报网作者：李在山", "晨光时报网"),
    ("2019-09-07 13:43:45　来源: 晨光周刊                 举报", "晨光周刊"),
    ("发布时间：2019-05-18 来源：晨光地理学会", "晨光地理学会"),
    ("来源：晨光社“晨光视点”微信公众号", "晨光社“晨光视点”微信公众号"),
    ("来源：晨光网 - 城市晚报", "晨光网 - 城市晚报"),
    ("来源：城市晚报（作者：李明）", "城市晚报"),
    ("來源：晨光網 記者：陳曉明", "晨光網"),
    ("石佳/晨光青年报", "晨光青年报"),
    ("作者：  来源：东城区图书馆  点击：12", "东城区图书馆"),
    ("本文来自微信公众号：晨光夜读（ID：read），作者：李明，编辑：王红", "晨光夜读"),
    ("来源：《晨光》2020/01  作者：李明  2020-01-01", "晨光"),
    ("来源：晨光网-《晨光日报》2019-11-25 04:15", "晨光网-《晨光日报》"),
    ("本文来自微信公众号“晨光夜读”（ID：read），作者：李明，编辑：王红，晨光网经授权发布。", "晨光夜读"),
    ("《晨光日报》（2016年05月09日 第 12 版）", "晨光日报"),
    ("（《晨光周刊》2016年5月9日03版）", "晨光周刊"),
    ("来源：21世纪晨光报道", "21世纪晨光报道"),
    ("来源：南城+客户端", "南城+客户端"),
    ("《晨光日报》", None),
    ("《公园里的夜市》（2016年05月09日 第 12 版）", None),
    ("2020-01-12 02:39 来自手机客户端", None),
    ("来自iPhone客户端", None),
    ("本文来自一位读者的来信，他说公园很好", None),
    ("本文来自微信公众号“晨光夜读”的一次征文，写的是公园", None),
    ("来源：网络", None),
    ("来源：", None),
    ("图片来源：晨光网", None),
    ("凡本网注明“来源：晨光网”的所有作品", None),
    ("转载请注明来源：晨光网", None),
    ("本文来自晨光新闻，更多资讯请下载“晨光新闻”APP", None),
]

DATED = [
    ("2019-11-07 09:12 晨光网", "晨光网"),
    ("2019-09-05 11:10 晨光星空[整理]                  1", "晨光星空"),
    ("南城+客户端 07-21 16:40 订阅", "南城+客户端"),
    ("2018年07月03日 07:00   21世纪晨光报道   甘露   阅读 8,214 收藏", "21世纪晨光报道"),
    ("晨光周报 [微博] 佘晚 2010-08-23 09:12", "晨光周报"),
    ("原创 林小满 江边夜读 2018-10-09", "江边夜读"),
    ("2019-11-07 09:12 收藏58 评论13 生活方式", None),
    ("2019-11-07 09:12 社会新闻", None),
    ("2019-11-07 09:12 查看原网", None),
    ("2019-11-07 09:12 本网", None),
    ("2019/11/07 10:00 · 晨光周刊", "晨光周刊"),
    ("2019-11-07 09:12 33评论", None),
    ("发表于 2012-5-6 21:33:08 | 只看该作者 倒序浏览", None),
    ("动手 2015年9月27日 由 麦田人 5条评论", None),
    ("2019年09月11日01:53  晨光科技   我有话说(1307人参与) 收藏本文", "晨光科技"),
    ("原创 南城都市报 2019-09-09 16:01:46", "南城都市报"),
    ("2019-09-07 15:10:53 字号：A- A A+ 来源：EETOP", "EETOP"),
    ("2019-11-07 09:12 字号：大 中 小", None),
    ("晨光网东城11月7日讯（记者 李明）", None),
    ("2019-11-07 09:12 李明", None),
]


@pytest.mark.parametrize(
    ("line", "author", "editor", "source"),
    [
        ("21世纪晨光报道　陶莉　实习生　翟小辉　中山、东城报道", "陶莉、翟小辉", None, "21世纪晨光报道"),
        ("By Mei Lin and Li Ming", "Mei Lin、Li Ming", None, None),
        ("Edited by Zhou Ke", None, "Zhou Ke", None),
    ],
)
def test_a_line_of_names_without_a_label(
    line: str, author: str | None, editor: str | None, source: str | None
) -> None:
    found = read_line(line, "head")
    assert (found.author, found.editor, found.source) == (author, editor, source)


@pytest.mark.parametrize(("line", "expected"), SOURCES)
def test_a_labelled_source(line: str, expected: str | None) -> None:
    assert read_line(line).source == expected


@pytest.mark.parametrize(("line", "expected"), DATED)
def test_a_source_beside_the_date(line: str, expected: str | None) -> None:
    assert read_line(line, "head").source == expected


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("2018-07-03 07:00   21世纪晨光报道   甘露   阅读 8,214", "甘露"),
        ("晨光周报 [微博] 佘晚 2010-08-23 09:12", "佘晚"),
        ("原创 林小满 江边夜读 2018-10-09", "林小满"),
        ("动手 2015年9月27日 2016年1月2日 由 麦田守望人 5条评论", "麦田守望人"),
        ("社会万象 江淮晨报 万俟晓芸 2013-10-12 07:05", "万俟晓芸"),
        ("社会 万象 李明 2013-10-12 07:05", None),
        ("原创 南城都市报 2019-09-09 16:01", None),
        ("2019-11-07 09:12 李明", None),
        ("2019-11-07 09:12 晨光网 高清", None),
        ("2019-11-07 09:12 晨光网 生活", None),
        ("2019-11-07 09:12 由此可见", None),
        ("2019-11-07 09:12 由 网友 发布", None),
        ("2019-11-07 09:12 由 晨光社区 主办", None),
        ("原创 生活 晨光 2019-11-07", None),
    ],
)
def test_an_author_beside_the_date(line: str, author: str | None) -> None:
    assert read_line(line, "head").author == author


@pytest.mark.parametrize(
    ("path", "text", "author", "source"),
    [
        ("div > a.note-author", "木器屋 2014-07-20 22:31:05", "木器屋", None),
        ("div.authi > a.xw1", "慢轮子", "慢轮子", None),
        ("span.author > a.url", "麦田守望人", "麦田守望人", None),
        ("div.info > span.auth", "佘晚晴", "佘晚晴", None),
        ("p.author-name", "晨光日报", None, "晨光日报"),
        ("div.authi > em#authorposton", "发表于 2012-5-6 21:33:08", None, None),
        ("div > span.author", "关注", None, None),
        ("div > a.author", "进入主页", None, None),
        ("div > a.author", "匿名用户", None, None),
        ("div.author > a", "全部文章", None, None),
        ("div > a.author", "查看更多文章和作者", None, None),
        ("span.cat-links > a", "科技资讯网 2015-09-27 10:00", None, None),
        ("span.source", "晨光眼 2015-09-27 10:00", None, "晨光眼"),
    ],
)
def test_the_name_of_an_element(path: str, text: str, author: str | None, source: str | None) -> None:
    reading = read_bylines([Line(text, "head", path)], BODY)
    assert (reading.author, reading.source) == (author, source)


def test_the_first_account_is_the_author_and_others_are_not() -> None:
    lines = [Line(name, "head", "div > a.author") for name in ("慢轮子", "麦田守望人")]
    assert read_bylines(lines, BODY).author == "慢轮子"


def test_a_medium_alone_beside_the_line_of_the_date() -> None:
    lines = [
        Line("晨光社", "head", "p.a"),
        Line("2020-01-03 18:13", "head", "p.b"),
        Line("字号", "head", "p.c"),
    ]
    assert read_bylines(lines, BODY).source == "晨光社"


def test_the_articles_own_date_tells_its_line() -> None:
    lines = [Line("2019-01-01 08:00 西城晚报", "head", "a"), Line("2019-11-07 09:12 晨光网", "head", "b")]
    assert read_bylines(lines, BODY, published_at="2019-11-07T09:12+08:00").source == "晨光网"


BODIES = [
    # body, rows, what is left
    (
        "（晨光社記者盧泰丞台東縣22日電）稻子剛轉黃。\n隔天就要收割了。（編輯：龍珮寧）1111022",
        ["author 盧泰丞@晨光社", "editor 龍珮寧"],
        "（晨光社記者盧泰丞台東縣22日電）稻子剛轉黃。\n隔天就要收割了。",
    ),
    (
        "（晨光社记者李明台北7日电）公园开放了。",
        ["author 李明@晨光社"],
        "（晨光社记者李明台北7日电）公园开放了。",
    ),
    (
        "晨光社西城12月9日电（记者唐霁）公园开放了。",
        ["author 唐霁"],
        "晨光社西城12月9日电（记者唐霁）公园开放了。",
    ),
    (
        "晨京报讯（记者 陆一夫）11月25日，公园开放了。",
        ["author 陆一夫"],
        "晨京报讯（记者 陆一夫）11月25日，公园开放了。",
    ),
    (
        "长河网10月4日讯（记者陈智 整合） 公园开放了。",
        ["author 陈智"],
        "长河网10月4日讯（记者陈智 整合） 公园开放了。",
    ),
    (
        "晨新网7月1日电(李明 王红)公园开放了。",
        ["author 李明", "author 王红"],
        "晨新网7月1日电(李明 王红)公园开放了。",
    ),
    ("【晨光报记者 李明】公园开放了。", ["author 李明@晨光报"], "【晨光报记者 李明】公园开放了。"),
    ("晨光报讯 记者李明 报道 公园开放了。", ["author 李明"], "晨光报讯 记者李明 报道 公园开放了。"),
    ("【文/晨光网专栏作者 王文】“公园开放了。”", ["author 王文@晨光网"], "“公园开放了。”"),
    ("晨谈记者 史卫\n公园开放了。", ["author 史卫@晨谈"], "公园开放了。"),
    ("记者 | 李明\n编辑 | 王红\n公园开放了。", ["author 李明", "editor 王红"], "公园开放了。"),
    ("公园开放了。（作者：郑业）", ["author 郑业"], "公园开放了。"),
    ("公园开放了。（作者系东城大学教授 李明）", ["author 李明@东城大学教授"], "公园开放了。"),
    ("公园开放了。（张巨峰）", ["author 张巨峰"], "公园开放了。"),
    ("公园开放了。\n（张 尧）", ["author 张尧"], "公园开放了。"),
    ("公园开放了。（东城图书馆 李明）", ["author 李明@东城图书馆"], "公园开放了。"),
    ("公园开放了。（记者 李明）（完）", ["author 李明"], "公园开放了。"),
    ("公园开放了。（文/李明 图/王红）", ["author 李明", "photographer 王红"], "公园开放了。"),
    ("公园开放了。（李明）（责任编辑：王红）", ["author 李明", "editor 王红"], "公园开放了。"),
    ("公园开放了。作者：李明", ["author 李明"], "公园开放了。"),
    (
        "公园开放了。\n采写：晨都见习记者 林子\n责任编辑：李明",
        ["author 林子@晨都", "editor 李明"],
        "公园开放了。",
    ),
    (
        "公园开放了。（李明）\n欢迎关注晨光网微信公众号",
        ["author 李明"],
        "公园开放了。\n欢迎关注晨光网微信公众号",
    ),
    ("公园开放了。\n责任编辑：", [], "公园开放了。"),
    ("公园开放了。\n责任编辑：李明 本文共2300字", ["editor 李明"], "公园开放了。"),
    ("□ 李明 王红\n公园开放了。", ["author 李明", "author 王红"], "公园开放了。"),
    ("公园开放了。（晨光社 记者 李明）", ["author 李明@晨光社"], "公园开放了。"),
    ("公园开放了。\n作者 | 李明\n出品 | 晨光工作室", ["author 李明"], "公园开放了。\n出品 | 晨光工作室"),
    (
        "编者按：本文来自微信公众号“晨光夜读”（ID：read），作者：李明，编辑：王红，晨光网经授权发布。\n公园开放了。",
        ["author 李明", "editor 王红"],
        "公园开放了。",
    ),
    ("10-17 06:58 来源：晨光报 评论：33\n公园开放了。", [], "公园开放了。"),
    (
        "公园开放了。\n【记者】杭思远 卜一凡\n【校对】曾小芬",
        ["author 杭思远", "author 卜一凡", "proofreader 曾小芬"],
        "公园开放了。",
    ),
    (
        "晨光报讯（记者阙红 通讯员江城管）公园开放了。",
        ["author 阙红"],
        "晨光报讯（记者阙红 通讯员江城管）公园开放了。",
    ),
    ("公园开放了。\n文章作者\n易子航", ["author 易子航"], "公园开放了。"),
    ("公园开放了。\n责任编辑：\n李明 王红", ["editor 李明", "editor 王红"], "公园开放了。"),
    # what is no byline stays
    ("公园开放了。\n来源\n东城公园", [], "公园开放了。\n东城公园"),
    ("公园开放了。\n记者手记\n李明", [], None),
    ("【整理】旧书与旧友\n公园开放了。", [], None),
    ("晨光报讯（记者 走访）公园开放了。", [], None),
    ("编者按：本文来自一位读者，他写的是公园。\n公园开放了。", [], None),
    ("本文来自微信公众号“晨光夜读”。公园开放了。\n游人很多。", [], None),
    ("公园开放了。（李明摄）", [], "公园开放了。（李明摄）"),
    ("公园开放了。（东城区发改局）", [], "公园开放了。（东城区发改局）"),
    ("公园开放了。（高清图）", [], "公园开放了。（高清图）"),
    ("公园开放了。（完）", [], "公园开放了。（完）"),
    ("公园欢迎您（李明）", [], "公园欢迎您（李明）"),
    ("晨光新闻（www.example.cn）记者从公园获悉，公园开放了。", [], None),
    ("近日，记者 李明 走进公园。", [], None),
    ("编者按：公园开放了。\n记者：您怎么看？\n李明：很好。", [], None),
    ("公园开放了。游人李明和王红很高兴。", [], None),
]


@pytest.mark.parametrize(("body", "expected", "left"), BODIES)
def test_bylines_inside_the_body(body: str, expected: list[str], left: str | None) -> None:
    reading = read_bylines([], body)
    assert (rows(reading), reading.body) == (expected, body if left is None else left)


def test_teasers_inside_the_body_sign_nothing() -> None:
    teasers = "相关新闻\n广场舞队的耳机\n图书馆里的影院（作者：王凡）"
    reading = read_bylines([], f"公园开放了。（作者：李明）\n{teasers}\n责任编辑：王红")
    assert (reading.author, reading.editor) == ("李明", "王红")
    assert reading.body == f"公园开放了。\n{teasers}"


def test_a_source_that_closes_the_body_leaves_it() -> None:
    reading = read_bylines([], "公园开放了。\n来源：晨光网")
    assert (reading.source, reading.body) == ("晨光网", "公园开放了。")


class TestSeveralLines:
    def test_a_label_and_its_name_on_two_lines(self) -> None:
        lines = [Line("责任编辑:", "tail", "a"), Line("小婷", "tail", "b")]
        reading = read_bylines(lines, BODY)
        assert (reading.editor, reading.editor_trace and reading.editor_trace.place) == ("小婷", "b")

    def test_a_source_and_its_medium_on_two_lines(self) -> None:
        lines = [Line("来源：", "head", "a"), Line("晨光网", "head", "b")]
        assert read_bylines(lines, BODY).source == "晨光网"

    @pytest.mark.parametrize(
        "following",
        ["分享到：", "相关阅读", "网友评论仅供参考", "2019-11-07 09:12", "来源：晨光网", "东城公园开放"],
    )
    def test_an_empty_label_swallows_no_other_line(self, following: str) -> None:
        reading = read_bylines([Line("责任编辑：", "tail", "a"), Line(following, "tail", "b")], BODY)
        assert reading.editor is None and reading.bylines == []

    def test_the_pages_editor_comes_before_a_reprints(self) -> None:
        lines = [Line("本文来源：晨京报   责任编辑：姚立_NT6056", "tail", "a")]
        reading = read_bylines(lines, "公园开放了。\n晨京报记者 陆一夫\n编辑 刘晓 校对 李铭")
        assert (reading.author, reading.editor) == ("陆一夫", "姚立")
        assert rows(reading) == ["author 陆一夫@晨京报", "editor 刘晓", "proofreader 李铭", "editor 姚立"]

    def test_the_responsible_editor_comes_before_an_editor(self) -> None:
        reading = read_bylines([], "公园开放了。\n编辑|李明\n责编|王红\n校对|张小雨\n来源|晨光网、城市晚报")
        assert (reading.editor, reading.source) == ("王红", "晨光网、城市晚报")

    def test_authors_behind_the_article_are_others_once_it_has_its_own(self) -> None:
        lines = [Line("作者：李明", "head", "a"), Line("作者：王红", "tail", "b")]
        assert read_bylines(lines, BODY).author == "李明"

    def test_a_person_in_two_roles_has_two_rows(self) -> None:
        lines = [Line("作者：李明", "head", "a"), Line("责任编辑：李明", "tail", "b")]
        assert rows(read_bylines(lines, BODY)) == ["author 李明", "editor 李明"]

    def test_a_person_named_twice_has_one_row(self) -> None:
        reading = read_bylines(
            [Line("晨京报记者 陆一夫", "tail", "a")], "晨京报讯（记者 陆一夫）公园开放了。"
        )
        assert (rows(reading), reading.author) == (["author 陆一夫"], "陆一夫")

    def test_an_office_without_a_name_goes_to_the_only_author(self) -> None:
        reading = read_bylines([Line("作者：李明", "head", "a")], "公园开放了。（作者系东城大学教授）")
        assert rows(reading) == ["author 李明@东城大学教授"]

    def test_names_of_the_page_may_say_what_no_label_says(self) -> None:
        lines = [Line("李明", "head", "div.info > span.author"), Line("晨光眼", "head", "div > span.source")]
        reading = read_bylines(lines, BODY)
        assert (reading.author, reading.source) == ("李明", "晨光眼")

    def test_a_column_account_is_the_source_and_no_author(self) -> None:
        lines = [Line("19:02", "head", "div.time"), Line("晨眼", "head", "a.author > div")]
        reading = read_bylines(lines, BODY)
        assert (reading.author, reading.source) == (None, "晨眼")

    def test_titles_and_breadcrumbs_name_nobody(self) -> None:
        lines = [Line("作者：李明", "title", "h1"), Line("记者 王红", "breadcrumb", "div.crumb")]
        assert read_bylines(lines, BODY).bylines == []


class TestMetadata:
    @staticmethod
    def read(*metas: tuple[str, str], tail: str = "", body: str = BODY) -> Reading:
        lines = [Line(tail, "tail", "t")] + [Line(text, "meta", f"meta[name={name}]") for name, text in metas]
        return read_bylines(lines, body)

    def test_a_person_counts_where_the_print_is_silent(self) -> None:
        reading = self.read(("author", "李明"), ("source", "来源：晨光网-文化频道 原创稿"))
        assert (reading.author, reading.source) == ("李明", "晨光网-文化频道")
        assert reading.author_trace is not None and reading.author_trace.place == "meta[name=author]"

    @pytest.mark.parametrize(
        "value",
        ["104363", "晨光网", "晨光时报", "name, email@example.com", "{{author}}", "admin", "网络", ""],
    )
    def test_what_is_no_person_does_not(self, value: str) -> None:
        assert self.read(("author", value)).author is None

    def test_the_editor_as_meta_author_is_no_author(self) -> None:
        reading = self.read(("author", "李明"), tail="责任编辑：李明")
        assert (reading.author, reading.editor) == (None, "李明")

    def test_a_person_of_the_microdata_may_have_a_pen_name(self) -> None:
        lines = [Line("苔米", "meta", "meta[itemprop=author]")]
        assert read_bylines(lines, BODY).author == "苔米"
        assert read_bylines(lines, BODY, site_names=["苔米"]).author is None
        assert self.read(("author", "苔米")).author is None
        assert read_bylines([Line("晨光网", "meta", "meta[itemprop=author]")], BODY).author is None

    def test_print_comes_before_metadata(self) -> None:
        reading = self.read(
            ("author", "王红"), ("source", "西城晚报"), body="公园开放了。（来源：晨光网 作者：李明）"
        )
        assert (reading.author, reading.source) == ("李明", "晨光网")

    def test_the_sites_name_is_no_author(self) -> None:
        lines = [Line("作者：晨曦", "head", "a"), Line("晨曦", "meta", "meta[name=og:site_name]")]
        assert read_bylines(lines, BODY).author is None
        assert read_bylines(lines[:1], BODY).author == "晨曦"
        assert read_bylines(lines[:1], BODY, site_names=["晨曦"]).author is None


def test_every_value_says_where_it_was_read() -> None:
    reading = read_bylines(
        [Line(" 来源：晨光网  责任编辑：王红", "tail", "p.foot")], "公园开放了。（作者：李明）"
    )
    assert reading.author_trace is not None and reading.editor_trace is not None
    assert (reading.author_trace.words, reading.author_trace.place) == ("作者：李明", "paragraph 1")
    assert (reading.editor_trace.words, reading.editor_trace.rule) == ("责任编辑：王红", "label")
    assert reading.source_trace is not None and reading.source_trace.place == "p.foot"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("（责编：李明）", True),
        ("編輯/李明", True),
        ("字号：大", False),
        ("作者李明很高兴。", False),
        ("", False),
    ],
)
def test_begins_with_label(line: str, expected: bool) -> None:
    assert begins_with_label(line) is expected
