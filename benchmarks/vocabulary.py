"""Words that news is full of, in five languages: the rules that match and generated articles are of them."""

from __future__ import annotations

from typing import NamedTuple

LANGUAGES = ("en", "fa", "ar", "ru", "zh")

TOPICS: dict[str, dict[str, str]] = {
    "economy": {
        "en": "inflation, economy, stocks, shares, interest rates, profit, earnings, consumer spending",
        "fa": "تورم, اقتصاد, بورس, نرخ ارز",
        "ar": "التضخم, الاقتصاد, البورصة, الميزانية",
        "ru": "инфляция, экономика, акции, бюджет, рублей",
        "zh": "经济, 通胀, 股市, 消费",
    },
    "energy": {
        "en": "oil, crude oil, oil prices, gas pipeline, refinery, barrel*",
        "fa": "نفت, گاز, پالایشگاه",
        "ar": "النفط, الغاز, المحروقات",
        "ru": "нефть, нефти, газ, газпром",
        "zh": "石油, 天然气, 能源",
    },
    "security": {
        "en": "security, troops, attack, bomb*, killed, hostage*, militants, insurgents",
        "fa": "امنیت, حمله, کشته, انفجار",
        "ar": "الأمن, هجوم, إرهاب*, قتل, الوحدات الأمنية",
        "ru": "безопасность, безопасности, взрыв, атака, погибли",
        "zh": "安全, 袭击, 爆炸, 军事",
    },
    "diplomacy": {
        "en": "talks, foreign minister, embassy, treaty, summit, United Nations, Security Council, peace",
        "fa": "دیدار, مذاکرات, سفیر, وزیر امور خارجه",
        "ar": "زيارة, مباحثات, سفير, وزير الشؤون الخارجية",
        "ru": "переговоры, посол, саммит, глава мид",
        "zh": "外交, 会谈, 会见, 大使",
    },
    "elections": {
        "en": "election, elections, vote, voters, ballot, campaign, presidential candidate",
        "fa": "انتخابات, رأی, نامزد",
        "ar": "الانتخابات, حزب, البرلمان",
        "ru": "выборы, выборов, депутат, партия",
        "zh": "选举, 投票, 总统",
    },
    "justice": {
        "en": "court, judge, trial, lawsuit, prison, police, charges, antitrust",
        "fa": "دادگاه, پلیس, بازداشت, زندان",
        "ar": "محكمة, الشرطة, القبض, إيقاف",
        "ru": "суд, полиция, следствие, арест",
        "zh": "法院, 警方, 犯罪",
    },
    "technology": {
        "en": "software, internet, computer, chip*, wireless, search engine, data, online",
        "fa": "فناوری, اینترنت, نرم افزار",
        "ar": "الانترنت, تكنولوجيا, الاتصالات",
        "ru": "интернет, сети, технологии, сколково",
        "zh": "科技, 创新, 智能, 人工智能",
    },
    "disasters": {
        "en": "earthquake, hurricane, flood*, storm, typhoon, rescue, evacuat*",
        "fa": "زلزله, سیل, آتش سوزی, حادثه",
        "ar": "زلزال, فيضانات, حريق, وفاة, حادث مرور",
        "ru": "землетрясение, пожар, катастрофа, наводнение",
        "zh": "地震, 暴雨, 救援, 死亡",
    },
    "sport": {
        "en": "league, cup, season, champion*, striker, touchdown, innings, Olympic*",
        "fa": "فوتبال, لیگ برتر, سرمربی, پرسپولیس, استقلال",
        "ar": "لكرة القدم, البطولة, الرابطة المحترفة, المنتخب",
        "ru": "чемпионат, футбол, сборная, олимпийск*",
        "zh": "全运会, 冠军, 足球",
    },
    "health": {
        "en": "drug, patients, vaccine, flu, cancer, hospital, disease",
        "fa": "بیمارستان, واکسن, بیماری",
        "ar": "الصحة, مستشفى, تلقيح",
        "ru": "здоровье, больница, вакцина",
        "zh": "健康, 医院, 疫苗",
    },
}


class Country(NamedTuple):
    """A country with its names by language."""

    id: str
    name: str
    names: dict[str, str]


def _country(name: str, fa: str, ar: str, ru: str, zh: str, more: str = "") -> Country:
    names = {"en": f"{name}{more and ', '}{more}", "fa": fa, "ar": ar, "ru": ru, "zh": zh}
    return Country(name.lower().replace(" ", "-"), name, names)


COUNTRIES = (
    _country("Iran", "ایران", "إيران", "Иран, Ирана, Иране", "伊朗", "Tehran"),
    _country("Russia", "روسیه", "روسيا", "Россия, России, Россией", "俄罗斯", "Moscow"),
    _country("China", "چین", "الصين", "Китай, Китая, Китаем", "中国", "Beijing"),
    _country(
        "United States",
        "آمریکا, امریکا",
        "الولايات المتحدة",
        "Соединённые Штаты, Соединенных Штатов",
        "美国",
        "Washington",
    ),
    _country("Iraq", "عراق", "العراق", "Ирак, Ирака", "伊拉克", "Baghdad"),
    _country("Israel", "اسرائیل", "إسرائيل", "Израиль, Израиля", "以色列", "Jerusalem"),
    _country("Japan", "ژاپن", "اليابان", "Япония, Японии", "日本", "Tokyo"),
    _country("Germany", "آلمان", "ألمانيا", "Германия, Германии", "德国", "Berlin"),
    _country("France", "فرانسه", "فرنسا", "Франция, Франции", "法国", "Paris"),
    _country("Britain", "انگلیس, بریتانیا", "بريطانيا", "Великобритания, Великобритании", "英国", "London"),
    _country("Tunisia", "تونس", "تونس", "Тунис, Туниса", "突尼斯", "Tunis"),
    _country("Ukraine", "اوکراین", "أوكرانيا", "Украина, Украины, Украине", "乌克兰", "Kiev"),
    _country("India", "هند", "الهند", "Индия, Индии", "印度", "New Delhi"),
    _country("Turkey", "ترکیه", "تركيا", "Турция, Турции", "土耳其", "Ankara"),
    _country("Afghanistan", "افغانستان", "أفغانستان", "Афганистан, Афганистана", "阿富汗", "Kabul"),
    _country("Saudi Arabia", "عربستان", "السعودية", "Саудовская Аравия", "沙特", "Riyadh"),
)

TITLES: dict[str, dict[str, str]] = {
    "president": {"en": "president", "fa": "رئیس جمهور", "ar": "رئيس", "ru": "президент", "zh": "总统"},
    "prime-minister": {
        "en": "prime minister, premier",
        "fa": "نخست وزیر",
        "ar": "رئيس الحكومة, رئيس الوزراء",
        "ru": "премьер-министр, премьер",
        "zh": "总理",
    },
    "foreign-minister": {
        "en": "foreign minister, minister of foreign affairs",
        "fa": "وزیر امور خارجه",
        "ar": "وزير الخارجية",
        "ru": "министр иностранных дел, глава мид",
        "zh": "外长",
    },
    "secretary": {"en": "secretary, secretary-general", "fa": "دبیر", "ar": "أمين", "ru": "секретарь"},
    "governor": {"en": "governor, chairman", "fa": "استاندار, رئیس کل", "ar": "محافظ", "ru": "губернатор"},
    "director": {"en": "director, head, chief executive", "fa": "مدیرعامل", "ar": "مدير", "ru": "директор"},
}

WORDS: dict[str, str] = {
    "en": "government minister president company market prices million group deal report plan officials "
    "record week team game win night city state business service union trade leader war victory home "
    "announced largest federal people today profit quarter sales industry network court billion",
    "fa": "تیم بازی گفت خبرگزاری دیدار ملی باشگاه هفته گذشته سال رئیس استان شهر کشور برنامه سازمان مردم مجلس",
    "ar": "الوطني رئيس وزير الحكومة ولاية أكد مدينة بلاغ تصريح النادي الهيئة مجلس العاصمة منطقة الرئيس عملية",
    "ru": "президент заявил компании министр страны глава долларов правительство союза власти лидер сообщил",
    "zh": "中国 发展 全国 国家 产业 市场 国际 世界 企业 北京 全球 增长 建设 文化 服务",
}

EVENTS = (
    "sanction* embargo strike* protest* merger takeover recall indict* resign* ceasefire expulsion shelling"
)
QUALIFIERS = "rumour fixture quiz obituary horoscope recipe crossword podcast trailer lottery"
PLACES_OF_WORK = (
    "Ministry of {subject} of {name}",
    "{name} National {subject} Agency",
    "Central Bank of {name}",
    "{name} Holdings",
    "Council for {subject} of {name}",
    "{name} Liberation Front",
    "University of {name}",
    "{name} Port Authority",
)
SUBJECTS = (
    "Energy Defence Transport Finance Health Trade Justice Mining Water Culture Security Communications"
)


def listed(text: str) -> list[str]:
    """Cut a list written with commas."""
    return [part.strip() for part in text.split(",")]
