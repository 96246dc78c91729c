"""Places that headlines call by several names: countries with their people and adjectives, written by hand."""

from __future__ import annotations

# ruff: noqa: E501 - the list reads best unbroken
# Each entry is one place in English; the first word stands for all.
PEOPLES = (
    "afghanistan afghan afghans kabul; albania albanian albanians; algeria algerian algerians; argentina argentine argentinian argentinians; "
    "armenia armenian armenians; australia australian australians aussie; austria austrian austrians; azerbaijan azerbaijani azeri; "
    "bahrain bahraini bahrainis; bangladesh bangladeshi bangladeshis; belarus belarusian belarusians; belgium belgian belgians; "
    "bolivia bolivian; bosnia bosnian bosnians; brazil brazilian brazilians; britain british briton britons uk; bulgaria bulgarian; "
    "burma burmese myanmar; cambodia cambodian; cameroon cameroonian; canada canadian canadians; chad chadian; chile chilean chileans; "
    "china chinese beijing; colombia colombian colombians; congo congolese; croatia croatian croatians; cuba cuban cubans; cyprus cypriot; "
    "czech czechs; denmark danish dane danes; ecuador ecuadorian; egypt egyptian egyptians; estonia estonian; ethiopia ethiopian; "
    "europe european europeans; finland finnish finn finns; france french frenchman; georgia georgian georgians; "
    "germany german germans; ghana ghanaian; greece greek greeks; guatemala guatemalan; haiti haitian; honduras honduran; "
    "hungary hungarian hungarians; iceland icelandic; india indian indians; indonesia indonesian; iran iranian iranians tehran; "
    "iraq iraqi iraqis; ireland irish; israel israeli israelis; italy italian italians; japan japanese; jordan jordanian; "
    "kazakhstan kazakh; kenya kenyan kenyans; korea korean koreans; kosovo kosovar; kurdistan kurdish kurd kurds; kuwait kuwaiti; "
    "kyrgyzstan kyrgyz; laos lao; latvia latvian; lebanon lebanese; liberia liberian; libya libyan libyans; lithuania lithuanian; "
    "malawi malawian; malaysia malaysian; mali malian; malta maltese; mexico mexican mexicans; moldova moldovan; mongolia mongolian; "
    "morocco moroccan; nepal nepalese nepali; netherlands dutch holland; nigeria nigerian nigerians; norway norwegian norwegians; "
    "pakistan pakistani pakistanis; palestine palestinian palestinians; panama panamanian; peru peruvian; philippines philippine filipino filipinos; "
    "poland polish pole poles; portugal portuguese; qatar qatari; romania romanian; russia russian russians moscow kremlin; rwanda rwandan; "
    "saudi saudis; scotland scottish scot scots; senegal senegalese; serbia serbian serb serbs; singapore singaporean; slovakia slovak; "
    "slovenia slovenian; somalia somali somalis; spain spanish spaniard; sudan sudanese; sweden swedish swede swedes; "
    "switzerland swiss; syria syrian syrians; taiwan taiwanese; tajikistan tajik; tanzania tanzanian; thailand thai thais; tunisia tunisian; "
    "turkey turkish turk turks; uganda ugandan; ukraine ukrainian ukrainians kyiv kiev; us u.s usa america american americans; "
    "uruguay uruguayan; uzbekistan uzbek; venezuela venezuelan; vietnam vietnamese; yemen yemeni yemenis; zambia zambian; "
    "zimbabwe zimbabwean; africa african africans; asia asian asians; vatican holy"
)
