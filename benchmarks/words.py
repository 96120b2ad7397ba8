"""What the posts of the corpus are made of: sentences of a made-up map makers' cooperative, in four languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """`{n}` in a sentence is a number that makes the post its own; `things` fill `{thing}`, `places` `{place}`."""

    code: str
    titles: tuple[str, ...]
    openers: tuple[str, ...]
    middles: tuple[str, ...]
    closers: tuple[str, ...]
    things: tuple[str, ...]
    places: tuple[str, ...]
    tags: tuple[str, ...]


ENGLISH = Language(
    "en",
    ("New in map {n}: {thing}", "Walk {n}, {place}", "Question {n} from our readers", "{thing}, release {n}"),
    (
        "Sheet {n} is out: {place}, drawn again from the ground up.",
        "We walked {n} km around {place} so that you don't have to guess.",
        "Release {n} brings {thing} to everyone, free accounts too.",
        "“Where does {thing} come from?” you asked, {n} of you this month. Good question!",
        "Thank you, {place}: {n} corrections in one weekend 🙏🏽",
        "A small thing with a long story: {thing}, as seen from {place} in note {n}.",
        "Ferry line {n} has moved, and {place} looks different now. 🗺️",
    ),
    (
        "Every path was checked twice, once on foot and once against the *old survey*.",
        "It reads well on paper, on a phone and in the rain.",
        "The contour lines are **20% lighter**, and you can still count them.",
        "Two people and a dog did most of it; the dog's name is `Pixel`.",
        "If you find a mistake, tell us: we fix most of them within a day.",
        "No account needed, no tracking, and the data stays open.",
    ),
    (
        "What should we draw next?",
        "Have a look and tell us what you think 👇",
        "See you on the trail 🥾",
        "Details are on our blog.",
        "Happy mapping!",
    ),
    ("offline search", "the tide table", "hill shading", "the bus layer", "snake_case tag names", "the legend"),
    ("Brixton", "Ljubljana", "the Faroe Islands", "Wrocław", "Kyoto", "Lake Titicaca", "the Hebrides"),
    ("maps", "OpenData", "cartography", "hiking", "GIS", "release"),
)
FRENCH = Language(
    "fr",
    ("Carte {n} : {thing}", "Balade {n}, {place}", "Question {n} de nos lecteurs", "{thing}, version {n}"),
    (
        "La feuille {n} est arrivée : {place}, redessinée de fond en comble.",
        "Nous avons marché {n} km autour de {place} pour vous éviter de deviner.",
        "La version {n} apporte {thing} à tout le monde, comptes gratuits compris.",
        "« D'où vient {thing} ? » : vous êtes {n} à l'avoir demandé ce mois-ci.",
        "Merci {place} : {n} corrections en un week-end 🙏",
    ),
    (
        "Chaque sentier a été vérifié deux fois, à pied puis sur *l'ancien relevé*.",
        "Elle se lit bien sur papier, sur un téléphone et sous la pluie.",
        "Les courbes de niveau sont **20 % plus légères**, et on les compte encore.",
        "Une erreur ? Dites-le-nous : la plupart sont corrigées dans la journée.",
    ),
    ("Que dessiner ensuite ?", "Dites-nous ce que vous en pensez 👇", "À bientôt sur les chemins 🥾", "Bonne carte !"),
    ("la recherche hors ligne", "l'annuaire des marées", "l'ombrage", "la couche des bus", "la légende"),
    ("Quimper", "Lyon", "l'île d'Yeu", "Besançon", "Montréal", "le Queyras"),
    ("cartes", "DonnéesOuvertes", "cartographie", "randonnée", "été"),
)
JAPANESE = Language(
    "ja",
    ("地図{n}号:{thing}", "散歩{n}:{place}", "読者の質問{n}", "{thing}、第{n}版"),
    (
        "{place}の地図、第{n}版ができました。",
        "{place}を{n}キロ歩いて確かめました。",
        "バージョン{n}では{thing}が使えます。無料の方もどうぞ。",
        "{place}の皆さん、週末に{n}件の修正をありがとうございます🙏",
    ),
    (
        "すべての道を二度確かめています。",
        "紙でもスマートフォンでも読みやすくなりました。",
        "データは*自由に*使えます。",
    ),
    ("次はどこを描きましょうか?", "ご感想をお待ちしています👇", "また山で会いましょう🥾"),
    ("オフライン検索", "潮見表", "陰影図", "バス路線", "凡例"),
    ("京都", "松本", "佐渡島", "小樽", "屋久島"),
    ("地図", "オープンデータ", "登山", "散歩"),
)
CHINESE = Language(
    "zh",
    ("地图第{n}期:{thing}", "步行{n}:{place}", "读者提问{n}", "{thing},第{n}版"),
    (
        "{place}的新地图第{n}版发布了。",
        "我们绕着{place}走了{n}公里。",
        "{n}版带来了{thing},所有人都能用。",
        "谢谢{place}的朋友,一个周末收到{n}处更正🙏",
    ),
    ("每条小路都核对过两遍。", "纸上、手机上都很清楚。", "数据*永远开放*。"),
    ("下一张画哪里?", "欢迎告诉我们你的想法👇", "山路上见🥾"),
    ("离线搜索", "潮汐表", "地形阴影", "公交图层", "图例"),
    ("杭州", "成都", "青岛", "大理", "台北"),
    ("地图", "开放数据", "徒步", "制图"),
)
