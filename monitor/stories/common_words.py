"""Words that say little about which event is told: the prior for when few articles are held.

Written by hand for this program. `GRAMMAR` carries no event at all; `EVERYWHERE` stands in a good part of all
news, `FREQUENT` in much of it. What else is common, the articles that are held teach.
"""

from __future__ import annotations

# ruff: noqa: E501 - the lists read best unbroken
GRAMMAR: dict[str, str] = {
    "en": "a an the and or but nor so yet if then than as at by for from in into of off on onto out over to up down with within "
    "without about after against along amid among around before behind below beneath beside between beyond during except "
    "inside like near outside past per since through throughout till toward towards under until upon via i me my mine we us "
    "our ours you your yours he him his she her hers it its they them their theirs this that these those who whom whose which "
    "what when where why how is am are was were be been being have has had having do does did doing will would shall should "
    "can could may might must ought there here also just only very too more most much many some any all both each every either "
    "neither other another such same own again still even ever now once well while because though although however s t d ll m "
    "re ve isn aren wasn weren don doesn didn won wouldn couldn shouldn hasn haven hadn said says say saying told tells tell mr "
    "mrs ms dr one ones he's it's gets got get getting go goes going went gone make makes made making take takes took taken "
    "taking come comes came coming let lets put puts see sees saw seen according quote unquote lrb rrb",
    "de": "der die das den dem des ein eine einen einem einer eines und oder aber denn weil dass daß ob wenn als wie zu zum zur im "
    "in ins am an ans auf aus bei beim bis durch für gegen mit nach nicht nur noch ohne schon sehr sich sie er es wir ihr ich "
    "du ihm ihn ihnen ihre ihren ihrem ihrer sein seine seinen seinem seiner seit so über um unter vom von vor war waren was wer "
    "wird werden wurde wurden worden hat haben hatte hatten ist sind kann können soll sollen will wollen mehr auch dann da "
    "dort hier nun man diese dieser dieses diesen diesem zwischen sagte sagt laut",
    "fr": "le la les l un une des du de d à au aux et ou mais donc car ni que qu qui quoi dont où quand comme si ce cet cette ces c "
    "son sa ses leur leurs mon ma mes notre nos votre vos il elle ils elles on nous vous je tu se s y en ne n pas plus moins "
    "très est sont était étaient être été a ont avait avaient avoir sera seront serait par pour sur sous dans avec sans chez "
    "entre vers après avant depuis pendant contre selon aussi ainsi encore déjà dit ont fait faire",
    "es": "el la los las un una unos unas lo al del de a ante bajo con contra desde en entre hacia hasta para por según sin sobre tras "
    "y e o u pero que qué quien cual cuando donde como si no ni se su sus mi tu nos les le me te es son era eran ser sido fue "
    "fueron está están estaba ha han había haber será más menos muy ya también este esta estos estas ese esa eso aquel dijo dice",
    "it": "il lo la i gli le l un uno una di a da in con su per tra fra del dello della dei degli delle al allo alla ai agli alle dal "
    "dalla dai nel nella nei nelle sul sulla e ed o ma che chi cui come dove quando se non si è sono era erano essere stato "
    "stata stati ha hanno aveva più meno molto anche dopo prima contro questo questa questi suo sua loro ha detto",
    "pt": "o a os as um uma uns umas de do da dos das em no na nos nas ao aos à às por pelo pela pelos pelas para com sem sob sobre "
    "entre até e ou mas que quem qual quando onde como se não nem é são era eram ser sido foi foram está estão tem têm tinha "
    "há mais menos muito já também este esta isso seu sua seus suas ele ela eles elas disse diz após",
    "nl": "de het een en of maar want dat die dit deze in op aan bij met van voor naar uit over onder tegen door om te tot tussen niet "
    "geen ook nog al er is zijn was waren wordt werd worden heeft hebben had zal zou kan kunnen meer dan als wie wat waar hij zij "
    "ze we wij hun zijn haar na volgens zegt zei",
    "pl": "i w we z ze na do od o u za po pod nad przed przez dla bez nie tak że to ten ta te tego tej tych jest są był była było byli "
    "być się jak jako co kto który która które ale lub oraz a już też tylko jego jej ich on ona oni został została będzie",
    "ru": "и в во не на я он она оно они мы вы с со как а то все так его но да к у же за бы по только её ее мне было вот от меня о "
    "из ему теперь когда даже ну ли если уже или ни быть был была были него до вас нибудь опять уж вам ведь там потом себя "
    "ничего ей может тут где есть надо ней для тебя их чем без будто чего раз тоже себе под будет кто этот того потому этого "
    "какой ним здесь этом один мой тем чтобы нее сейчас куда зачем при об это эта эти который которая которые которого также "
    "сообщил сообщает заявил заявила сказал словам после над между через",
    "uk": "і й та в у на не що як до за з із зі від для по про це цей ця ці він вона воно вони ми ви його її їх був була було були є "
    "але або також після під над при який яка які якого бути буде повідомив заявив",
    "tr": "ve ile bir bu şu o da de ki mi için gibi daha çok en ne ama veya ya göre sonra önce kadar olan olarak oldu olduğu olduğunu "
    "etti edildi dedi var yok her ise",
    "ar": "في من على إلى الى عن مع هذا هذه ذلك تلك التي الذي الذين ما لا لم لن أن ان إن كان كانت قد هو هي هم بين بعد قبل خلال عند أو او ثم "
    "حتى كما لكن بل غير كل بعض أي اي حول ضد منذ وفي ومن وقال قال قالت أنه انه أنها انها و",
    "fa": "در از به با را که این آن و برای تا بر است بود شد شده می های ها یک هم نیز خود او ما آنها اما یا اگر پس پیش بین طی گفت کرد کرده "
    "کند شود دارد باید نمی هر بی ای اند بوده خواهد",
    "he": "של את על אל עם לא כי הוא היא הם הן זה זו זאת אשר או גם אך אבל אם כל בין לפני אחרי עד מן יש אין היה היתה היו ידי אמר אמרה",
    "hi": "का की के को में से ने पर और है हैं था थे थी यह वह ये वे कि जो तो भी ही एक लिए कर किया गया हो होने नहीं अपने इस उस तक साथ बाद कहा",
    "id": "yang di ke dari dan atau pada untuk dengan dalam oleh ini itu adalah akan telah sudah tidak bukan juga lebih para sebagai "
    "karena bahwa ada mereka kami kita dia ia kata mengatakan",
    "sv": "en ett och i på av för med till från om att som det den de är var har hade inte men eller vid efter under över mot sig sin "
    "sitt sina han hon vi kan ska skulle blir blev också enligt säger",
}  # fmt: skip

EVERYWHERE: dict[str, str] = {
    "en": "new news year years day days week weeks month months time people man woman men women first last two three world country "
    "state states government president minister official officials police report reports reported city national international "
    "today yesterday monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december jan feb mar apr jun jul aug sep sept oct nov dec united u.s us uk eu un north south east "
    "west northern southern eastern western kill killed killing die dies died dead death attack attacks call calls called back "
    "former least next top big high end part group leader leaders home house million billion percent per cent work show shows way "
    "set help plan plans face faces hit hits long local old public am pm gmt est pdt bst edt pst update updated posted photo "
    "photos video read late early ago morning afternoon evening night",
    "de": "neu neue neuen jahr jahre jahren tag tage woche monat zeit menschen mann frau land regierung präsident minister polizei stadt "
    "montag dienstag mittwoch donnerstag freitag samstag sonntag heute gestern prozent millionen milliarden uhr tote",
    "fr": "nouveau nouvelle an ans année jour jours semaine mois homme femme pays gouvernement président ministre police ville état lundi "
    "mardi mercredi jeudi vendredi samedi dimanche hier aujourd hui millions milliards mort morts deux trois",
    "es": "nuevo nueva año años día días semana mes hombre mujer país gobierno presidente ministro policía ciudad estado lunes martes "
    "miércoles jueves viernes sábado domingo ayer hoy millones muertos dos tres personas",
    "it": "nuovo nuova anno anni giorno giorni settimana mese uomo donna paese governo presidente ministro polizia città stato lunedì "
    "martedì mercoledì giovedì venerdì sabato domenica ieri oggi milioni morti due tre",
    "pt": "novo nova ano anos dia dias semana mês homem mulher país governo presidente ministro polícia cidade estado segunda terça quarta "
    "quinta sexta sábado domingo ontem hoje milhões mortos dois três pessoas",
    "ru": "новый год года лет день дня неделя месяц время человек людей страна правительство президент министр полиция город области "
    "понедельник вторник среда четверг пятница суббота воскресенье сегодня вчера процент миллион миллиард россия россии сша",
    "ar": "جديد عام سنة يوم اليوم أسبوع شهر شخص رجل بلاد حكومة رئيس الرئيس وزير الشرطة مدينة الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد أمس",
    "fa": "جدید سال روز امروز هفته ماه نفر مرد کشور دولت رئیس جمهور وزیر پلیس شهر شنبه یکشنبه دوشنبه سه چهارشنبه پنجشنبه جمعه دیروز ایران",
}  # fmt: skip

FREQUENT: dict[str, str] = {
    "en": "accident accuse accused action admit agency aid air allow anger announce announced appeal arm armed army arrest arrested ask "
    "authorities authority away ban bank battle begin began big black blast block body bomb bombing border boy break bring british "
    "building business campaign capital car case cause central charge charged chief child children china chinese citizen civil "
    "claim claims clash clashes close coach come commission company condition confirm confirmed conflict continue control "
    "court crash crew crime crisis cut damage deal debate decision defence defense demand deny department deputy despite "
    "detain director disaster district doctor dollar drop drug dozens economic economy election emergency energy expect expected "
    "explosion face fail fall family fan far fear fears fell fight fighting film final find fire five fled follow force forces foreign "
    "found four free french fund future game gas general german germany girl give good great ground growth guard gun gunman gunmen half "
    "head health hear hearing held high hold hope hospital host hour hours human hundreds hurt incident including increase india "
    "indian injured injure injuries injury inside investigate investigation investigators iran iraq island israel israeli issue "
    "japan job jobs join judge jury justice keep key know korea korean large launch launched law lawmakers lawyer lead leave left "
    "less level life likely link live lose loss lost low main major mark market match media meet meeting member members military "
    "million minute minutes miss missing money mother move murder name nation nations need network nuclear number offer office "
    "officer officers oil open opposition order overnight own pakistan palestinian parliament party pay peace person place plane play "
    "player plea point police policy political poll popular port post power powerful pressure price prime prison private "
    "probe problem process program project prosecutor protest protesters protests province push put question quit race rally "
    "reach real rebel rebels record region release released relief remain rescue rescuers resident residents rest result return "
    "reveal right rights rise rising risk rival road role rose rule ruling run russia russian safety sale save school score search "
    "season second secretary security seek seen seize sell senate send sent sentence sentenced series serious service session "
    "seven several shares shoot shooting shot side sign signed site situation six small social soldier soldiers son source "
    "sources spain speak speech spokesman spokeswoman spokesperson staff stage stand star start started station statement stay "
    "step stock stop storm street strike strikes strong suicide suffer summit support suspect suspected suspects syria syrian system "
    "talk talks target team tell ten terror test thousands threat threaten threatens time trade trial troops try tuesday turkey "
    "turn ukraine use vehicle victim victims victory video village violence visit vote vow vows wait want war warn warned warning "
    "warns watch water weapon weapons website weekend white wife win wins won woman word work worker workers worst wound wounded "
    "young american america americans britain european europe afghanistan afghan egypt gaza africa african asia australia australian "
    "eight nine bid deadly hope line term america washington london new york times near amid area body press associated reuters afp "
    "bbc cnn told early believe believed become became brother father sister friend friends fellow include known leaving looking "
    "happened used using try tried trying want wanted nearly almost late later recent recently ever never following follows due "
    "toll rate rates stocks investors deaths",
    "de": "chef angriff tod polizist gericht partei krieg ukraine russland deutschland deutsche deutschen europa eu usa unternehmen kinder "
    "unfall verletzt verletzte wahl bundesregierung feuer schwer euro ende leben sicherheit",
    "fr": "chef attaque mort justice parti guerre ukraine russie france français française europe états unis entreprise enfants accident "
    "blessés élection feu euros fin vie sécurité",
    "es": "jefe ataque muerte justicia partido guerra ucrania rusia españa español europa estados unidos empresa niños accidente heridos "
    "elección elecciones fuego euros fin vida seguridad",
    "ru": "глава удар атака смерть суд партия война украина украины украине москва москве российский российские европа безопасность дети авария "
    "пострадали выборы пожар рублей жизнь сотрудники военные",
    "ar": "هجوم مقتل قتل محكمة حزب حرب أوكرانيا روسيا الأمن قوات الجيش إسرائيل غزة فلسطين انتخابات حريق حياة الولايات المتحدة",
    "fa": "حمله کشته دادگاه حزب جنگ اوکراین روسیه امنیت نیروهای ارتش اسرائیل غزه فلسطین انتخابات زندگی آمریکا تهران",
}  # fmt: skip
