//! Languages by their names and by their small words.

use std::sync::LazyLock;

use regex::Regex;
use whatlang::Lang;

use super::pattern;

/// The language that a call wants its answer in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The one that the call is written in.
    Own,
    /// One that it names.
    Named(Lang),
    /// It speaks of languages in a way that says nothing of the answer's.
    Any,
}

/// A language that is told by its small words: names of it in this and the others, and words that no other of them has.
struct Tongue {
    lang: Lang,
    names: &'static [&'static str],
    words: &'static [&'static str],
}

const TONGUES: [Tongue; 7] = [
    Tongue {
        lang: Lang::Eng,
        names: &[
            "english",
            "englisch",
            "englische",
            "anglais",
            "inglés",
            "inglese",
            "inglês",
            "engels",
        ],
        words: &[
            "the", "and", "of", "with", "that", "this", "they", "have", "from", "which", "had",
            "were", "their", "it", "is", "are", "for", "has", "been", "because", "will", "when",
            "to", "how", "what", "not", "be", "by", "you", "your", "its", "them", "should",
            "about",
        ],
    },
    Tongue {
        lang: Lang::Deu,
        names: &[
            "german", "deutsch", "deutsche", "allemand", "alemán", "tedesco", "alemão", "duits",
        ],
        words: &[
            "der", "das", "und", "ist", "nicht", "ein", "eine", "mit", "von", "auf", "für", "sich",
            "wird", "wurde", "werden", "auch", "zum", "zur", "im", "bis", "sind", "dem", "viele",
            "um", "bei", "den", "einen", "einem", "wie", "oder", "ich", "ihr", "nach", "durch",
            "über",
        ],
    },
    Tongue {
        lang: Lang::Fra,
        names: &["french", "französisch", "français", "francés", "francese", "francês", "frans"],
        words: &[
            "le", "les", "et", "des", "une", "est", "dans", "pour", "qui", "sur", "avec", "pas",
            "au", "aux", "ce", "cette", "il", "puis", "sont", "après", "être", "du", "elle",
        ],
    },
    Tongue {
        lang: Lang::Spa,
        names: &["spanish", "spanisch", "espagnol", "español", "spagnolo", "espanhol", "spaans"],
        words: &[
            "el", "los", "las", "y", "del", "con", "una", "por", "es", "más", "pero", "fue", "muy",
            "está", "este", "esta", "al", "hasta", "también", "sus", "hay", "desde",
        ],
    },
    Tongue {
        lang: Lang::Ita,
        names: &["italian", "italienisch", "italien", "italiano", "italiaans"],
        words: &[
            "il", "gli", "che", "di", "della", "dei", "con", "per", "è", "non", "sono", "del",
            "nel", "nella", "anche", "più", "alla", "stato", "delle", "dal", "ha", "questo",
        ],
    },
    Tongue {
        lang: Lang::Por,
        names: &[
            "portuguese",
            "portugiesisch",
            "portugais",
            "portugués",
            "portoghese",
            "português",
            "portugees",
        ],
        words: &[
            "os", "as", "e", "do", "da", "dos", "com", "não", "uma", "para", "um", "foi", "mais",
            "ao", "em", "no", "na", "pela", "pelo", "são", "está", "também",
        ],
    },
    Tongue {
        lang: Lang::Nld,
        names: &[
            "dutch",
            "niederländisch",
            "holländisch",
            "néerlandais",
            "neerlandés",
            "olandese",
            "holandês",
            "nederlands",
            "nederlandse",
        ],
        words: &[
            "het", "een", "en", "van", "is", "niet", "met", "voor", "zijn", "dat", "op", "te",
            "werd", "naar", "ook", "aan", "er", "door", "bij", "wordt", "maar", "deze",
        ],
    },
];

/// A language has so many times more small words in a text of its own than any other one has.
const TIMES: usize = 3;

/// The language that most small words of a text are of, where it is clear: at `least` so many, and many more than of another.
pub(super) fn by_words(text: &str, least: usize) -> Option<Lang> {
    let words: Vec<String> = words(text).collect();
    let mut counts: Vec<(usize, Lang)> =
        TONGUES.iter().map(|it| (count(&words, it), it.lang)).collect();
    counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let [(first, lang), (second, _), ..] = *counts else { return None };
    (first >= least && first >= second * TIMES).then_some(lang)
}

/// Whether a text has several small words of a language.
pub(super) fn has_words(text: &str, lang: Lang) -> bool {
    let words: Vec<String> = words(text).collect();
    let own = TONGUES.iter().find(|it| it.lang == lang).map_or(0, |it| count(&words, it));
    let most = TONGUES.iter().map(|it| count(&words, it)).max().unwrap_or(0);
    own >= 3 && own * 4 >= most
}

/// Whether a text has no small word of a language that is told by those.
pub(super) fn has_none(text: &str, lang: Lang) -> bool {
    let words: Vec<String> = words(text).collect();
    TONGUES.iter().find(|it| it.lang == lang).is_some_and(|it| count(&words, it) == 0)
}

/// Whether a language is told by its small words.
pub(super) fn knows(lang: Lang) -> bool {
    TONGUES.iter().any(|it| it.lang == lang)
}

fn count(words: &[String], tongue: &Tongue) -> usize {
    words.iter().filter(|it| tongue.words.contains(&it.as_str())).count()
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()).map(str::to_lowercase)
}

/// Languages that are hard to tell apart.
pub(super) fn are_alike(one: Lang, other: Lang) -> bool {
    const ALIKE: [&[Lang]; 6] = [
        &[Lang::Nob, Lang::Dan, Lang::Swe],
        &[Lang::Spa, Lang::Cat, Lang::Por],
        &[Lang::Ces, Lang::Slk],
        &[Lang::Rus, Lang::Ukr, Lang::Bel, Lang::Bul, Lang::Mkd, Lang::Srp],
        &[Lang::Nld, Lang::Afr],
        &[Lang::Hin, Lang::Mar, Lang::Nep, Lang::Urd],
    ];
    ALIKE.iter().any(|it| it.contains(&one) && it.contains(&other))
}

/// `Answer in English`, `Fasse es auf Deutsch zusammen`, `Translate this to French`.
static IN_A_LANGUAGE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?imx)
        (?:^|[.!?:]\s*)(?:please\s|bitte\s)?
        (?:write|answer|respond|reply|summari[sz]e|translate|explain|describe|draft|compose|rewrite|say|put
        |schreib\w*|antworte\w*|fasse?|übersetz\w*|erkläre?|beschreib\w*
        |écri\w*|répon\w*|résum\w*|tradui\w*|expliqu\w*|rédige\w*
        |escrib\w*|respond\w*|resum\w*|tradu[cz]\w*|explica\w*|scrivi\w*|rispond\w*|riassum\w*|escrev\w*|vertaal|schrijf|vat)\b
        (?:[^.!?:\n]{0,120}?\s)??
        (?:in|into|to|auf|ins|en|em|naar(?:\shet)?|nach|al|para\so)\s(?:simple\s|plain\s|clear\s|good\s)?(\p{L}{4,20})\b",
    )
});

/// Speaks of languages.
static OF_LANGUAGES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\blanguages?\b|\btranslat|\bübersetz|\btradu[cizs]|\bsprachen?\b|\blangues?\b|\bidiomas?\b|\blingu[ae]\b|\bbilingual\b|\bvertaal|翻译|翻訳",
    )
});

/// The language in which a call wants its answer.
pub(super) fn wanted(asked: &str) -> Wanted {
    let asked_lower = asked.to_lowercase();
    let mut named: Vec<Lang> = Vec::new();
    for word in words(asked) {
        if let Some(lang) = of_name(&word)
            && !named.contains(&lang)
        {
            named.push(lang);
        }
    }
    let told = IN_A_LANGUAGE.captures_iter(asked).find_map(|it| of_name(&it[1].to_lowercase()));
    match (&*named, told) {
        ([], _) if OF_LANGUAGES.is_match(&asked_lower) => Wanted::Any,
        ([], _) => Wanted::Own,
        ([_], Some(lang)) => Wanted::Named(lang),
        _ => Wanted::Any,
    }
}

fn of_name(word: &str) -> Option<Lang> {
    TONGUES.iter().find(|it| it.names.contains(&word)).map(|it| it.lang).or_else(|| {
        Lang::all()
            .iter()
            .copied()
            .find(|it| it.eng_name().to_lowercase() == word || it.name().to_lowercase() == word)
            .or(match word {
                "chinese" | "chinesisch" | "chinois" | "chino" => Some(Lang::Cmn),
                "japanisch" | "japonais" | "japonés" => Some(Lang::Jpn),
                "norwegian" => Some(Lang::Nob),
                _ => None,
            })
    })
}
