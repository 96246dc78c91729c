"""The months by name, as publishers of some sixty languages write them.

A month is known by how its name begins, so that cases, genitives and abbreviations need no entries of their
own; the longest beginning that is known counts. A beginning that means two months in two languages
(`listopad` is October in Zagreb and November in Warsaw) means none. Our own table, because Babel loads all
that it knows of a language together with its months; the tests hold it against Babel's.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

# Twelve columns, January first; `|` parts several beginnings, `-` stands for none that is new.
_BEGINNINGS = """
jan feb mar apr may jun jul aug sep oct nov dec
jan fév mar avr mai juin juil aoû sep oct nov déc
ene feb mar abr may jun jul ago|ag set oct nov dic
jan fev mar abr mai jun jul ago set out nov dez
gen feb mar apr mag giu lug ago set ott nov dic
jän feb mär|maa|mrt apr mei jun jul aug sep okt nov dez|des
tam hel maal huh tou kes hei elo syy lok marra jou
jaa vee mär apr mai juun juul aug sep okt nov det
sau vas kov bal geg bir lie rugp rugs spa lap gru
sty lut mar kwi maj cze lipc|lipi sie wrz paź listopada gru
led úno bře dub kvě červn|čvn|červen červenc|červene|čvc srpna|srpen zář říj listopadu pro
sij velj ožu tra svi lipnj|lipanj srpnj|srpanj kol ruj listopada stu pro
ian feb mar apr mai iun iul aug sep oct noi dec
jan feb már ápr máj jún júl aug sze okt nov dec
oca şub mar nis may haz tem ağu eyl eki kas ara
yan fev mar apr may iyn|iyun iyl|iyul avq|avg sen okt noy dek
jan shk mar pri maj qer kor gus sht tet nën dhj
xan - mar abr mai xuñ xul - - - - -
urt ots mar api mai eka uzt abu ira urr aza abe
jan peb mac apr mei - jul ogo sep okt nob dis
ene peb - abr - hun hul - set okt nob dis
янв фев мар апр май|мая июн июл авг сен окт ноя дек
січ лют бер кві тра чер лип сер вер жов лис гру
сту лют сак кра тра|мая чэр ліп жні вер кас ліс сне
яну|ян фев мар апр май юни юли авг сеп окт ное дек
јан фев|феб мар апр мај јун јул авг сеп окт нов дец
қаң ақп нау сәу мам мау шіл там қыр қаз қар жел
ιαν φεβ μαρ απρ μαϊ ιουν ιουλ αυγ σεπ οκτ νοε δεκ
հնվ|հունվ փտվ|փետ մրտ|մար ապր մյս|մայ հնս|հունի հլս|հուլ օգս|օգո սեպ հոկ նոյ դեկ
იან თებ მარ აპრ მაი ივნ ივლ აგვ სექ ოქტ ნოე დეკ
ינו פבר מרץ|מרס אפר מאי יונ יול אוג ספט אוק נוב דצמ
يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
كانونالثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرينالأول تشرينالثاني كانونالأول
جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر
يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر
ژانویه فوریه مارس آوریل مه ژوئن ژوئیه|جولای اوت سپتامبر اکتبر نوامبر دسامبر
جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر
जन फर|फ़र मार्च अप्रै मई जून जुल|जुला अग सित अक्टू|अक्तू नव|नवं दिस
জান ফেব মার্চ এপ্রি মে জুন জুল আগ সেপ অক্টো নভে ডিসে
ஜன பிப் மார் ஏப் மே ஜூன் ஜூலை ஆக செப் அக் நவ டிச
มค|มกรา กพ|กุมภา มีค|มีนา เมย|เมษา พค|พฤษภา มิย|มิถุนา กค|กรกฎา สค|สิงหา กย|กันยา ตค|ตุลา พย|พฤศจิกา ธค|ธันวา
"""
# The solar year of Iran, from spring to spring; Afghanistan's names for the same months.
_SOLAR_BEGINNINGS = """
فروردین اردیبهشت خرداد تیر مرداد|امرداد شهریور مهر آبان آذر دی بهمن اسفند
حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت
"""
_ONE_SHAPE = str.maketrans("يىكةı", "ییکهi")


class Month(NamedTuple):
    """A month of our calendar, or of the solar year of Iran, counted from spring."""

    number: int
    solar: bool = False


@lru_cache(maxsize=1024)
def month_named(word: str) -> Month | None:
    """Give the month that a word names; None for any other word."""
    folded = fold(word)
    for length in range(min(len(folded), _LONGEST), 1, -1):
        if found := _MONTHS.get(folded[:length]):
            return found
    return None


def fold(word: str) -> str:
    """Give a word in small letters without accents, Persian and Arabic spellings in one shape."""
    apart = unicodedata.normalize("NFD", word.lower())
    plain = "".join(char for char in apart if not unicodedata.combining(char) and char != ".")
    return unicodedata.normalize("NFC", plain).translate(_ONE_SHAPE)


def _table() -> dict[str, Month]:
    meant: dict[str, set[Month]] = {}
    for rows, solar in ((_BEGINNINGS, False), (_SOLAR_BEGINNINGS, True)):
        for row in rows.strip().splitlines():
            for number, column in enumerate(row.split(), 1):
                for beginning in column.split("|"):
                    meant.setdefault(fold(beginning), set()).add(Month(number, solar))
    return {beginning: months.pop() for beginning, months in meant.items() if len(months) == 1}


_MONTHS = _table()
_LONGEST = max(map(len, _MONTHS))
