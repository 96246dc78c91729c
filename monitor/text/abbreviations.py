"""Words that a full stop ends without ending a sentence, per language; nearly all serve where none is known."""

# ruff: noqa: E501 - the lists read best unbroken
from __future__ import annotations

# In small letters. Capital letters and single letters of scripts without case are initials and need no entry.
_ANYWHERE: dict[str, str] = {
    "en": "mr mrs ms messrs dr drs prof gen col lt sgt capt cmdr cpl pvt maj adm brig sen sens rep reps gov govs hon rev "
    "fr st ste mt ft jr sr vs inc ltd co corp bros jan feb mar apr jun jul aug sep sept oct nov dec approx est dept "
    "univ assn dep asst fmr etc viz cf al ph v c i.e e.g",
    "fr": "mm mme mmes mlle mlles mgr dr pr me gén col cap cdt lt st ste av bd env cf apr janv févr avr juill sept oct nov déc",
    "de": "dr prof hr fr frl hrn gen bzw ca vgl st str inkl exkl geb gest mio mrd tsd evtl ggf sog usw etc bspw ehem dipl ing "
    "jan feb mrz apr jun jul aug sep sept okt nov dez stv stellv int verh z d u a i o v n",
    "es": "sr sra sres srta dr dra d dña gral cnel tte lic ing arq mons av avda ud uds ee uu aa dd ff hh prof cía aprox dpto pdte",
    "pt": "sr sra srs dr dra drs gen cel ten cap prof profa av exmo exma eng arq pe dom sto sta aprox dep min",
    "it": "sig sigg dott prof proff gen col ten cap avv on onn ing arch mons sen geom rag dr ecc ca p.es a.c d.c",
    "nl": "dhr mevr mr mw dr drs ir ing prof gen kol lt st plv wnd jhr z.exc ca bijv jl resp mln mld jan feb mrt apr jun jul aug sept okt nov dec v n chr",
    "pl": "prof dr hab inż mgr ks abp bp gen płk ppłk mjr kpt por św ul al pl im tzw tzn np min mln mld tys godz zob r w ok red ur zast zm p m s",
    "ru": "г т д п н э в гг им ул пр просп наб пер пл тыс млн млрд трлн проф ген акад доц полк гос тел см напр руб долл коп обл респ "
    "ред корр чл мин сек чел экз изд св янв февр авг сент окт нояб дек зам и.о вр.и.о",
    "uk": "м р т д п н е рр ім вул пр просп пл тис млн млрд трлн проф ген акад доц обл див напр грн коп дол ред тел хв св чл заст в.о т.в.о",
    "tr": "dr prof doç yrd gen org korg tüm alb yb yzb av sn bkz vb vs mah cad sok müh arş gör hz çev haz ör yy",
    "ar": "أ.د م.د ق.م",
    "he": "גב פרופ עמ מס",
    "hi": "डॉ डा प्रो पं श्री सुश्री श्रीमती कु मो स्व ले जन कर्नल ब्रि बी.बी एस.एम ए बी सी डी ई एफ जी एच आई जे के एल एम एन ओ पी क्यू "
    "आर एस टी यू वी डब्ल्यू एक्स वाई जेड",
}  # fmt: skip
# Abbreviations only before a number: elsewhere they are words that may well end a sentence (`The answer was no.`).
_BEFORE_NUMBERS: dict[str, str] = {
    "en": "no nos art arts fig figs p pp vol vols ch sec para",
    "fr": "no nos art fig p pp vol chap al",
    "de": "nr abs art s bd kap ziff",
    "es": "no núm art arts fig pág págs vol cap",
    "pt": "no núm art arts fig pág págs vol cap",
    "it": "n art artt fig pag pagg vol cap",
    "nl": "nr art blz vol hfst",
    "pl": "nr art ust str s t rozdz",
    "ru": "ст п пп стр рис гл ч т",
    "uk": "ст п пп стор рис гл ч т",
    "tr": "no md s c sf",
}
# Languages that write an ordinal as a number with a full stop (`am 3. Oktober`).
ORDINALS = frozenset(
    ("cs", "da", "de", "et", "fi", "hr", "hu", "is", "lv", "nb", "nn", "no", "pl", "sk", "sl", "sr", "tr")
)


def _by_language(listed: dict[str, str]) -> dict[str, frozenset[str]]:
    sets = {lang: frozenset(words.split()) for lang, words in listed.items()}
    every = frozenset().union(*sets.values())
    # A single Latin letter is a word of its own in many a language (`An a. Then b.`).
    return sets | {"": frozenset(word for word in every if len(word) > 1 or not word.isascii())}


ANYWHERE = _by_language(_ANYWHERE)
BEFORE_NUMBERS = _by_language(_BEFORE_NUMBERS)
