"""A small world that all languages speak of: two security councils, their secretaries, and names that mislead."""

# ruff: noqa: E501 - the rows read best unbroken, and many scripts stand side by side

from datetime import UTC, datetime

NOW = datetime(2026, 9, 1, tzinfo=UTC)

_SECRETARY = """
      en: [secretary, secretary-general]
      fr: [secrétaire, secrétaire général]
      de: [Sekretär, Sekretärs, Sekretärin, Generalsekretär]
      es: [secretario, secretaria]
      pt: [secretário, secretária]
      it: [segretario, segretaria]
      tr: [sekreteri, sekreterinin]
      ru: [{term: секретарь, stem: ru}]
      uk: [секретар, секретаря, секретарем, секретарка]
      fa: [دبیر]
      ar: [أمين, الأمين, أمينا]
      he: [מזכיר, מזכירת]
      hi: [सचिव]
      zh: [秘书, 秘書]
      ja: [書記]
      ko: [서기, 서기가]
      th: [เลขาธิการ]"""
_PRESIDENT = """
      en: [president]
      fr: [président, présidente]
      de: [Präsident, Präsidenten, Präsidentin]
      es: [presidente, presidenta]
      pt: [presidente, presidenta]
      it: [presidente]
      tr: [devlet başkanı]
      ru: [{term: президент, stem: ru}]
      uk: [президент, президента, президентові]
      fa: [رئیس جمهور, رئیس‌جمهور]
      ar: [رئيس, الرئيس]
      he: [נשיא, נשיאת]
      hi: [राष्ट्रपति]
      zh: [总统, 總統]
      ja: [大統領]
      ko: [대통령, 대통령이]
      th: [ประธานาธิบดี]"""
_INFORMAL = """
      en: [security chief, top security official]
      fr: [patron de la sécurité]
      de: [Sicherheitschef]
      es: [jefe de seguridad]
      ru: [главный по безопасности]
      fa: [مقام ارشد امنیتی]
      ar: [المسؤول الأمني]
      zh: [安全主管]"""
WORLD = (
    """\
actors:
  - id: iran
    kind: country
    names:
      en: [Iran, Iranian]
      fr: [iranien, iranienne]
      de: [iranische, iranischen, iranischer]
      es: [Irán, iraní]
      pt: [Irã, Irão]
      ru: [Иран, Ирана, Иране, {term: иранский, stem: ru}]
      uk: [Іран, Ірану, іранський]
      fa: [ایران]
      ar: [إيران, الإيراني]
      he: [איראן, האיראנית]
      hi: [ईरान]
      zh: [伊朗]
      ja: [イラン]
      ko: [이란]
      th: [อิหร่าน]
  - id: russia
    kind: country
    names:
      en: [Russia, Russian]
      fr: [Russie, russe]
      de: [Russland, russische, russischen, russischer]
      es: [Rusia, ruso, rusa]
      pt: [Rússia, russo, russa]
      it: [russo, russa]
      tr: [Rusya]
      ru: [{term: Россия, stem: ru}, {term: РФ, case: exact}, {term: российский, stem: ru}]
      uk: [Росія, Росії]
      fa: [روسیه]
      ar: [روسيا, الروسي]
      he: [רוסיה]
      hi: [रूस, रूसी]
      zh: [俄罗斯, 俄羅斯]
      ja: [ロシア]
      ko: [러시아]
      th: [รัสเซีย]
  - {id: georgia, kind: country, names: {en: [Tbilisi]}, weak: {en: [Georgia]}, context: [Caucasus, Abkhazia]}
  - {id: jordan, kind: country, names: {en: [Jordan, Amman]}, not: [Michael Jordan, Jordan Pickford, Jordan River]}
  - {id: chad, kind: country, names: {en: [N'Djamena]}, weak: {en: [Chad]}, context: [Sahel, Darfur]}
  - id: un
    kind: organisation
    names:
      en: [United Nations, {term: UN, case: exact}]
      fr: [{term: ONU, case: exact}]
      ru: [{term: ООН, case: exact}]
      fa: [سازمان ملل]
      ar: [الأمم المتحدة]
      zh: [联合国, 聯合國]
  - id: unsc
    kind: organisation
    part_of: un
    names:
      en: [UN Security Council, United Nations Security Council]
      fr: ["Conseil de sécurité de l'ONU"]
      de: [UN-Sicherheitsrat]
      ru: [Совет Безопасности ООН, Совета Безопасности ООН, Совбез ООН, Совбеза ООН]
      fa: [شورای امنیت سازمان ملل]
      ar: [مجلس الأمن الدولي]
      zh: [联合国安理会, 聯合國安理會]
    weak: {en: [Security Council], fa: [شورای امنیت], ar: [مجلس الأمن], zh: [安理会, 安理會], ja: [安保理]}
  - id: snsc
    kind: organisation
    part_of: iran
    names:
      en: [Supreme National Security Council, {term: SNSC, case: exact}]
      fr: [Conseil suprême de sécurité nationale]
      de: [Oberster Nationaler Sicherheitsrat, Obersten Nationalen Sicherheitsrats]
      es: [Consejo Supremo de Seguridad Nacional]
      pt: [Conselho Supremo de Segurança Nacional]
      it: [Consiglio supremo di sicurezza nazionale]
      tr: [Yüksek Ulusal Güvenlik Konseyi, Ulusal Güvenlik Yüksek Konseyi]
      ru: [Высший совет национальной безопасности, Высшего совета национальной безопасности]
      uk: [Вища рада національної безпеки, Вищої ради національної безпеки]
      fa: [شورای عالی امنیت ملی]
      ar: [المجلس الأعلى للأمن القومي]
      he: [המועצה העליונה לביטחון לאומי]
      hi: [सर्वोच्च राष्ट्रीय सुरक्षा परिषद]
      zh: [最高国家安全委员会, 最高國家安全委員會]
      ja: [最高安全保障委員会]
      ko: [최고국가안보회의]
      th: [สภาความมั่นคงแห่งชาติสูงสุด]
  - id: russia-sc
    kind: organisation
    part_of: russia
    names:
      en: [Security Council of Russia, Russian Security Council, "Russia's Security Council"]
      fr: [Conseil de sécurité russe, Conseil de sécurité de Russie]
      de: [russischer Sicherheitsrat, russischen Sicherheitsrats]
      es: [Consejo de Seguridad de Rusia, Consejo de Seguridad ruso]
      pt: [Conselho de Segurança da Rússia]
      it: [Consiglio di sicurezza russo]
      tr: [Rusya Güvenlik Konseyi]
      ru: [Совбез, Совбеза, Совет безопасности РФ, Совета безопасности РФ]
      uk: [Радбез РФ, Радбезу РФ, Ради безпеки РФ]
      fa: [شورای امنیت روسیه]
      ar: [مجلس الأمن الروسي]
      he: [מועצת הביטחון של רוסיה]
      hi: [रूसी सुरक्षा परिषद]
      zh: [俄罗斯联邦安全会议, 俄羅斯聯邦安全會議]
      ja: [ロシア安全保障会議]
      ko: [러시아 안보회의]
      th: [สภาความมั่นคงรัสเซีย]
  - id: brics
    kind: group
    names:
      en: [{term: BRICS, case: exact}, {term: Brics, case: exact}]
      ru: [{term: БРИКС, case: exact}]
      fa: [بریکس]
      ar: [بريكس, البريكس]
      he: [בריקס]
      hi: [ब्रिक्स]
      zh: [金砖, 金磚]
      ko: [브릭스]
      th: [บริกส์]
    members:
      - {actor: russia, from: 2009-06-16}
      - {actor: iran, from: 2024-01-01}
  - id: commonwealth
    kind: group
    names: {en: [Commonwealth of Independent States]}
    members:
      - {actor: russia, from: 1991-12-08}
      - {actor: georgia, from: 1993-12-03, until: 2009-08-18}
  - id: parliament
    kind: organisation
    inflect: true
    names:
      en: [Upper House Committee]
      fr: [Comité parlementaire]
      de: [Deutscher Bundestag]
      es: [Comisión Parlamentaria]
      it: [Corte suprema]
      pt: [Comissão Parlamentar]
      tr: [Büyük Meclis]
      ru: [Совет Федерации]
      fa: [کمیسیون امنیت]
      hi: [संसदीय समिति]
  - id: shamkhani
    kind: person
    names:
      en: [Ali Shamkhani]
      de: [Ali Schamchani]
      tr: [Ali Şemhani]
      ru: [Али Шамхани]
      uk: [Алі Шамхані]
      fa: [علی شمخانی]
      ar: [علي شمخاني]
      he: ["עלי שמח'אני"]
      hi: [अली शमखानी]
      zh: [阿里·沙姆哈尼]
      ja: [アリ・シャムハニ]
      ko: [알리 샴카니]
      th: [อาลี ชัมคานี]
    weak:
      en: [Shamkhani]
      de: [Schamchani]
      tr: [Şemhani]
      ru: [Шамхани]
      uk: [Шамхані]
      fa: [شمخانی]
      ar: [شمخاني]
      he: ["שמח'אני"]
      hi: [शमखानी]
      zh: [沙姆哈尼]
      ja: [シャムハニ]
      ko: [샴카니]
      th: [ชัมคานี]
  - {id: ahmadian, kind: person, names: {en: [Ali Akbar Ahmadian], fa: [علی اکبر احمدیان]}, weak: {en: [Ahmadian]}}
  - id: patrushev
    kind: person
    names:
      en: [Nikolai Patrushev]
      fr: [Nikolaï Patrouchev]
      ru: [{term: Николай Патрушев, stem: ru}]
    weak: {en: [Patrushev], fr: [Patrouchev], ru: [{term: Патрушев, stem: ru}]}
  - id: shoigu
    kind: person
    names:
      en: [Sergei Shoigu]
      fr: [Sergueï Choïgou]
      de: [Sergej Schoigu]
      es: [Serguéi Shoigú]
      tr: [Sergey Şoygu]
      ru: [Сергей Шойгу, Сергея Шойгу, Сергею Шойгу, Сергеем Шойгу]
      uk: [Сергій Шойгу]
      fa: [سرگئی شویگو]
      ar: [سيرغي شويغو]
      he: [סרגיי שויגו]
      hi: [सर्गेई शोइगु]
      zh: [绍伊古, 紹伊古]
      ja: [ショイグ]
      ko: [쇼이구]
      th: [เซอร์เก ชอยกู]
    weak: {en: [Shoigu]}
  - id: medvedev
    kind: person
    names: {en: [Dmitry Medvedev], ru: [Дмитрий Медведев]}
    weak: {en: [Medvedev], ru: [Медведев]}
    not: [Daniil Medvedev, Даниил Медведев]
    context: {en: [Security Council, Kremlin], ru: [Кремль, Совбез]}
  - id: zolghadr
    kind: person
    names: {en: [Mohammad Bagher Zolghadr], fa: [محمدباقر ذوالقدر, محمد باقر ذوالقدر]}
    weak: {fa: [ذوالقدر]}
    not: {fa: [ذوالقدر شجاعی]}
  - {id: rezaei, kind: person, names: {fa: [محسن رضایی]}, weak: {fa: [رضایی]}, context: {fa: [سپاه]}}
  - id: putin
    kind: person
    names: {en: [Vladimir Putin], fr: [Vladimir Poutine], ru: [Владимир Путин]}
    weak: {en: [Putin], ru: [Путин], uk: [Путін], he: [פוטין], hi: [पुतिन], ja: [プーチン], ko: [푸틴], th: [ปูติน]}
  - id: secretary
    kind: office
    of: snsc
    titles: {SECRETARY}
    informal: {INFORMAL}
    holders:
      - {person: shamkhani, from: 2013-09-10, until: 2023-05-22}
      - {person: ahmadian, from: 2023-05-22, until: 2025-08-05}
      - {vacant: true, from: 2025-08-05, until: 2025-10-01}
  - id: russia-secretary
    kind: office
    of: russia-sc
    titles: {SECRETARY}
    informal: {INFORMAL}
    holders:
      - {person: patrushev, from: 2008-05-12, until: 2024-05-12}
      - {person: shoigu, from: 2024-05-12}
  - id: president
    kind: office
    of: russia
    titles: {PRESIDENT}
    holders: [{person: putin, from: 2012-05-07}]
""".replace("{SECRETARY}", _SECRETARY)
    .replace("{INFORMAL}", _INFORMAL)
    .replace("{PRESIDENT}", _PRESIDENT)
)
