"""人民论坛网 rmlt.com.cn (CmsTop). Addresses and selectors as gathered from public feeds of 2019-2026."""

from __future__ import annotations

import re

from crawler.sites.base import Column, Layout, Site

WWW = "http://www.rmlt.com.cn"
POLITICS = "http://politics.rmlt.com.cn"
ART = "http://art.rmlt.com.cn"
VIDEO = "http://video.rmlt.com.cn"

COLUMNS = (
    Column("original", "第一评论", f"{WWW}/original/"),
    Column("husheng", "人民呼声", f"{WWW}/husheng/"),
    Column("dangjian", "党建", f"{WWW}/dangjian/"),
    Column("marx", "马克思主义", f"{WWW}/marx/"),
    Column("idea-connection", "独家连线", f"{WWW}/idea/connection/"),
    Column("idea-yuanchuang", "深度原创", f"{WWW}/idea/yuanchuang/"),
    Column("idea-sichao", "中外思潮", f"{WWW}/idea/sichao/"),
    Column("idea-dongcha", "时事洞察", f"{WWW}/idea/dongcha/"),
    Column("idea-shengyin", "中国声音", f"{WWW}/idea/shengyin/"),
    Column("idea-guancha", "全球观察", f"{WWW}/idea/guancha/"),
    Column("idea-mingrentang", "思想名人堂", f"{WWW}/idea/mingrentang/"),
    Column("idea-lilun", "前沿理论", f"{WWW}/idea/lilun/"),
    Column("idea-pattern", "时代楷模", f"{WWW}/idea/pattern/"),
    Column("governance-diaocha", "调查发现", f"{WWW}/governance/diaocha/"),
    Column("governance-community", "治理观察", f"{WWW}/governance/community/"),
    Column("governance-zhili", "治理之道", f"{WWW}/governance/zhili/"),
    Column("governance-frontier", "前沿理论", f"{WWW}/governance/frontier/"),
    Column("academics-shoufa", "成果首发", f"{WWW}/academics/shoufa/"),
    Column("academics-xueshu-eco", "经济", f"{WWW}/academics/xueshu/eco/"),
    Column("thinktank-zksl", "智库沙龙", f"{WWW}/thinktank/zksl/"),
    Column("thinktank-zjgd", "专家观点", f"{WWW}/thinktank/zjgd/"),
    Column("local-practice", "实践感悟", f"{WWW}/local/practice/"),
    Column("local-wenhua", "文化生活", f"{WWW}/local/wenhua/"),
    Column("zzpp-zhiku", "品牌智库", f"{WWW}/zzpp/zhiku/"),
    Column("xiangcun-yaowen", "要闻聚焦", f"{WWW}/xiangcun/yaowen/"),
    Column("xuexi-wwyt-zzp", "政治篇", f"{WWW}/xuexi/wwyt/zzp/"),
    Column("xuexi-wwyt-jjp", "经济篇", f"{WWW}/xuexi/wwyt/jjp/"),
    Column("xuexi-wwyt-shp", "社会篇", f"{WWW}/xuexi/wwyt/shp/"),
    Column("xuexi-qwjd", "权威解读", f"{WWW}/xuexi/qwjd/"),
    Column("eco-yaowen", "要闻", f"{WWW}/eco/yaowen/"),
    Column("eco-lingdao", "领导论经济", f"{WWW}/eco/lingdao/"),
    Column("eco-hongguan", "宏观大势", f"{WWW}/eco/hongguan/"),
    Column("eco-caijingredian", "热点观察", f"{WWW}/eco/caijingredian/"),
    Column("eco-guandianku", "名家观点库", f"{WWW}/eco/guandianku/"),
    Column("eco-zhengce", "政策解读", f"{WWW}/eco/zhengce/"),
    Column("eco-caijingpinglun", "经济评论", f"{WWW}/eco/caijingpinglun/"),
    Column("eco-quanqiujingji", "全球经济", f"{WWW}/eco/quanqiujingji/"),
    Column("eco-jingjizhuanti", "经济专题", f"{WWW}/eco/jingjizhuanti/"),
    Column("eco-finance", "金融·理财", f"{WWW}/eco/finance/"),
    Column("eco-huanbao", "环保", f"{WWW}/eco/huanbao/"),
    Column("eco-theory", "经济理论", f"{WWW}/eco/theory/"),
    Column("politics-gaoceng", "高层动态", f"{POLITICS}/gaoceng/"),
    Column("politics-submissions", "基层来稿", f"{POLITICS}/submissions/"),
    Column("politics-news", "时政速递", f"{POLITICS}/news/"),
    Column("politics-guancha", "深度观察", f"{POLITICS}/guancha/"),
    Column("politics-minsheng", "民生热点", f"{POLITICS}/minsheng/"),
    Column("politics-guoji", "国际视野", f"{POLITICS}/guoji/"),
    Column("politics-exclusive", "独家政论", f"{POLITICS}/exclusive/"),
    Column("politics-tupian", "图说新闻", f"{POLITICS}/tupian/"),
    Column("art-wypl", "文艺评论", f"{ART}/wypl/"),
    Column("video-dajiangtang", "大讲堂", f"{VIDEO}/dajiangtang/"),
    Column("video-shipinxinwen", "新闻", f"{VIDEO}/shipinxinwen/"),
    Column("video-jilupian", "纪录片", f"{VIDEO}/jilupian/"),
    Column("video-podcast", "播客", f"{VIDEO}/podcast/"),
)

ARTICLE = Layout(
    name="article",
    title="h1.article-title",
    subtitle="h2.article-title, h1.article-title + h2",
    published="span.date",
    source="span.source",
    breadcrumb="div.crumb a",
    editor=".editor, span.editors",
    body="div.article-content",
    noise=(".ifengLogo",),
)

PHOTO_STORY = Layout(
    name="photo",
    title=".picture-header h1.h1",
    published="span.post-time",
    source="span.source",
    breadcrumb="div.crumb a",
    editor=".editor, span.editors",
    body=".photo-description",
    gallery=re.compile(r"orig:\s*'(?P<url>[^']{1,2000})'[^}]{0,4000}?note:\s*'(?P<caption>[^']{0,4000})'"),
)

VIDEO_PAGE = Layout(
    name="video",
    title="h2.videoshow-title",
    published="span.date.f-l",
    source="span.editors.f-l",
    breadcrumb="div.crumb a",
    editor=".editors.f-r",
    body=".tv-cont",
)

SITE = Site(
    name="rmlt",
    label="人民论坛网",
    hosts=("rmlt.com.cn",),
    columns=COLUMNS,
    article=re.compile(r"(?:[a-z]+\.)?rmlt\.com\.cn/(?P<date>\d{4}/\d{4})/(?P<id>\d+)\.shtml"),
    links=".txt-list a, .hot-news a, div.list > ul > li a",
    next_page="div.page a.next, a.next",
    layouts=(ARTICLE, PHOTO_STORY, VIDEO_PAGE),
    aliases={"rmlt.com.cn": "www.rmlt.com.cn"},
    mirrored_path=re.compile(r"/\d{4}/\d{4}/\d+\.shtml"),
    mirrored_host="www.rmlt.com.cn",
)
