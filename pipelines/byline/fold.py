"""Folding for recognition: one character to one character, so that every position stays what it was.

Full-width forms, the many spaces, bars, dots and brackets become one of a kind; traditional characters
that occur in the vocabulary become simplified. The text itself is never changed by this: values are cut
out of the line as printed, at the positions found in the folded one.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.text import strip_controls

# Made from the characters of labels.py and words.py with the mapping of OpenCC, each pair one to one.
_TRADITIONAL = (
    "並乾佈佔併來侷係俠倖倫側傢傳價儲內冊別創劃劉務勞匯區厤厲參叢吳呂員問喬單噹嚮嚴囌國圍園圖垻埰執堯報場"
    "塊塗壓壩壽奬娛婁孫學宮寀實寧審寫寶將專對導屆層屬岡峯嵗嶺嶽巖帥師幣幫幷幹庫廣張強彆彔彙後復徵悅愛慄態"
    "慶慼憑應懞懷戰戲戶捨掃採揚摺撐擊據攝敎數於時晉暢暫曆曏曠書會朮東査條楊業榦榮構樑樓標樸樹橋機檢檯欄權"
    "欒欽歐歡歲歷歸氣決況淩湯準溫滄滙滿漢澤澱濛瀋瀏灣災為煙熱營爭爲爾猶獅獎獨現瑪環產産畢畫畵當發監盤盧矇"
    "矯硃確碼祕祿稅種稱穀窩竇筆筍節範簡簽籌籤糾紀約紅納純級終絡統經綜綫維網緒線緝編緱練縣縮總績繆繪繫續纔"
    "羅羋習聞聯聲聶聽肅脩膚臺與興舉荊莊華菸萇萊萬葉蒼蓆蓋蔔蔘蔣蕪蕭薑薦薩藍藝藺蘆蘇蘭蘿處號術衕衚衛衞裏補"
    "裝裡製複覈見規視覺覽觀訂計訊記訪設許訴註評詞詢詩話該誌認語說説調談請論諧諶諸講謝識譙譚譯譽讀讚谿豐貓"
    "貝財貢責貴貸費賀賁資賈賓賞質賴賽贊趙蹤車軍軒載輛輪輯轅轉辦農迴連週進遊運過達遲邊郟郵鄒鄔鄧鄭鄲鄺酈醫"
    "釋釦鈄鈕鈡銀鋒錄錢錦錯録錶鍵鍾鎖鎭鎮鏈鐔鐘鐵長門閆閉開間閔閤閭閱閲閻闆關闞陰陳陸陽際險雞離雲電靜鞏鞦"
    "韋韓頁頂項順須領頡頭頻題額顏顔願類顧風颱飛養餘饋饒馬馮駝駢駱騰體髮鬆鬍鬚鬱魚魯鮑鮮鷄麥麪麫麯麴麵黃點"
    "黨齊齣龍龐龔"
)
_SIMPLIFIED = (
    "并干布占并来局系侠幸伦侧家传价储内册别创划刘务劳汇区历厉参丛吴吕员问乔单当向严苏国围园图坝采执尧报场"
    "块涂压坝寿奖娱娄孙学宫采实宁审写宝将专对导届层属冈峰岁岭岳岩帅师币帮并干库广张强别录汇后复征悦爱栗态"
    "庆戚凭应蒙怀战戏户舍扫采扬折撑击据摄教数于时晋畅暂历向旷书会术东查条杨业干荣构梁楼标朴树桥机检台栏权"
    "栾钦欧欢岁历归气决况凌汤准温沧汇满汉泽淀蒙沈浏湾灾为烟热营争为尔犹狮奖独现玛环产产毕画画当发监盘卢蒙"
    "矫朱确码秘禄税种称谷窝窦笔笋节范简签筹签纠纪约红纳纯级终络统经综线维网绪线缉编缑练县缩总绩缪绘系续才"
    "罗芈习闻联声聂听肃修肤台与兴举荆庄华烟苌莱万叶苍席盖卜参蒋芜萧姜荐萨蓝艺蔺芦苏兰萝处号术同胡卫卫里补"
    "装里制复核见规视觉览观订计讯记访设许诉注评词询诗话该志认语说说调谈请论谐谌诸讲谢识谯谭译誉读赞溪丰猫"
    "贝财贡责贵贷费贺贲资贾宾赏质赖赛赞赵踪车军轩载辆轮辑辕转办农回连周进游运过达迟边郏邮邹邬邓郑郸邝郦医"
    "释扣钭钮钟银锋录钱锦错录表键锺锁镇镇链镡钟铁长门闫闭开间闵合闾阅阅阎板关阚阴陈陆阳际险鸡离云电静巩秋"
    "韦韩页顶项顺须领颉头频题额颜颜愿类顾风台飞养余馈饶马冯驼骈骆腾体发松胡须郁鱼鲁鲍鲜鸡麦面面曲曲面黄点"
    "党齐出龙庞龚"
)

_TABLE: dict[int, str] = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(
        (*range(0x2000, 0x200B), 0x09, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000), " "
    ),
    **dict.fromkeys(map(ord, "丨｜│︱‖┃∣¦︳"), "|"),
    **dict.fromkeys(map(ord, "•‧・∙⋅˙"), "·"),
    **dict.fromkeys(map(ord, "︰∶﹕"), ":"),
    **dict.fromkeys(map(ord, "﹙〔〖﹝"), "("),
    **dict.fromkeys(map(ord, "﹚〕〗﹞"), ")"),
    **dict.fromkeys(map(ord, "【"), "["),
    **dict.fromkeys(map(ord, "】"), "]"),
    **dict.fromkeys(map(ord, "∕⁄╱"), "/"),
    **{ord(t): s for t, s in zip(_TRADITIONAL, _SIMPLIFIED, strict=True)},
}


@dataclass(frozen=True, slots=True)
class Folded:
    """A line as printed and the same line folded; positions are common to both."""

    printed: str
    folded: str


def fold(line: str) -> Folded:
    """Fold one line; invisible characters leave it altogether.

    >>> fold("責任編輯：張　堯").folded
    '责任编辑:张 尧'
    """
    printed = strip_controls(line)
    return Folded(printed, printed.translate(_TABLE))
