//! Refusals in other languages than English: a first line that apologises and says that its writer cannot.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern;

/// Characters of the first line that are read.
const READ: usize = 200;

/// How a language apologises, and how one says in it that one cannot.
const LANGUAGES: [(&str, &str); 22] = [
    (
        r"tut mir (?:sehr )?leid|leider|entschuldig|bedau(?:re|erlicherweise)",
        r"(?:kann ich|ich kann)\b.*\b(?:nicht|kein\w*)\b|nicht (?:in der Lage|möglich)",
    ),
    (r"désolée?|navrée?|regrette|malheureusement|pardon", r"je ne (?:peux|puis|suis) pas"),
    (r"lo siento|lamento|lamentablemente|disculp|perdón", r"no (?:puedo|me es posible|soy capaz)"),
    (r"mi dispiace|spiacente|purtroppo|mi scuso", r"non (?:posso|sono in grado|mi è possibile)"),
    (r"desculp|lamento|sinto muito|infelizmente", r"não (?:posso|consigo|sou capaz|me é possível)"),
    (
        r"spijt m(?:e|ij)|sorry|helaas|excuses",
        r"(?:kan ik|ik kan)\b.*\b(?:niet|geen)\b|niet mogelijk",
    ),
    (
        r"tyvärr|ledsen|beklager|desværre|dessverre|undskyld|unnskyld|förlåt",
        r"(?:kan j[ae]g|j[ae]g kan)\b.*\b(?:inte|ikke|inga|ingen)\b",
    ),
    (r"valitettavasti|anteeksi|pahoittelen", r"en (?:voi|pysty)"),
    (r"przepraszam|przykro mi|niestety", r"nie (?:mogę|jestem w stanie)"),
    (r"omlouvám|je mi líto|bohužel|ľutujem|prepáč", r"(?:nemohu|nemůžu|nemôžem|nejsem schop)"),
    (r"извини|прости|сожалени|прошу прощения", r"не (?:могу|в состоянии|способ)"),
    (r"вибач|на жаль|перепрошую", r"не (?:можу|в змозі)"),
    (r"üzgünüm|maalesef|özür dilerim", r"(?:[aeı]m[ıi]yorum|[ae]mam|[ae]mem|mümkün değil)"),
    (r"عذر|آسف|أعتذر|للأسف", r"لا (?:يمكنني|أستطيع|أقدر)|لست قادر"),
    (r"מצטער|סליחה|לצערי|מתנצל", r"לא (?:יכול|אוכל)|אינ?ני יכול"),
    (r"खेद|क्षमा|माफ", r"नहीं.*सकत|असमर्थ"),
    (r"xin lỗi|rất tiếc", r"không thể"),
    (r"maaf", r"tidak (?:dapat|bisa|mampu)"),
    (r"ขออภัย|ขอโทษ|เสียใจ", r"ไม่สามารถ"),
    (r"抱歉|对不起|對不起|遗憾|遺憾", r"我.{0,8}(?:无法|不能|無法|没有办法|不便)"),
    (
        r"申し訳|すみません|恐れ入り|ごめん|残念ながら",
        r"(?:でき(?:ません|かねます)|(?:致|いた)しかねます|(?:応|答|添)えでき)",
    ),
    (r"죄송|미안|유감", r"(?:없습니다|어렵습니다|없어요)"),
];

static PATTERNS: LazyLock<Vec<(Regex, Regex)>> = LazyLock::new(|| {
    let one = |text: &str| pattern(&format!("(?i){text}"));
    LANGUAGES.iter().map(|(apology, inability)| (one(apology), one(inability))).collect()
});

/// Says that it is a machine, and hence does not do it.
static MACHINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:als (?:eine? )?(?:KI\b|künstliche Intelligenz|(?:großes )?Sprachmodell)|en tant qu['’](?:IA|intelligence artificielle)|como (?:una? )?(?:IA\b|inteligencia artificial|modelo de len?guaje|inteligência artificial)|作为(?:一个|一種|一种)?(?:人工智能|AI|语言模型)|AIとして)",
    )
});

/// Declines to the one who asks, without an apology.
static BARE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^(?:je ne peux pas (?:vous |t['’])?(?:aider|répondre|fournir|accéder|créer|écrire|traiter|donner|effectuer|faire|résumer|traduire)\b|je ne suis pas (?:en mesure|capable|autorisée?)\b|ich kann (?:dir|ihnen|diese|dabei)\b[^.]{0,60}\bnicht\b|(?:diese|deine|ihre|eine solche|solche) (?:Anfragen?|Bitten?|Aufgaben?|Fragen?|Inhalte)\b[^.]{0,20}\b(?:kann|darf|werde|möchte) ich\b[^.]{0,60}\bnicht\b|no puedo (?:ayudar|cumplir|proporcionar|realizar)|non posso (?:aiutar|fornir|soddisfar)|não posso (?:ajudar|fornecer|atender)|no (?:tengo permitido|me está permitido|estoy autorizad\w)|non sono autorizzat\w|ik (?:kan|mag) (?:je|u|hier|dat|dit|deze)\b[^.]{0,60}\b(?:niet|geen)\b|nie mogę (?:ci |panu |pani )?(?:pomóc|spełnić|odpowiedzieć|wykonać|napisać|tego)|я не (?:могу|буду) (?:вам |тебе )?(?:помо|выполн|ответ|предостав|напис|обсужд|это)|我(?:无法|不能|無法)(?:为您|為您)?(?:提供|协助|協助|帮助|幫助|回答|完成|处理|處理)|(?:この|その|ご)\S{0,12}(?:お答え|お応え|対応|応じること)(?:は|が)?でき(?:ません|かねます))",
    )
});

/// The words of a text that decline.
pub(super) fn find(text: &str) -> Option<String> {
    let first: String = text.lines().next()?.chars().take(READ).collect();
    let said = PATTERNS.iter().find_map(|(apology, inability)| {
        let (apology, inability) = (apology.find(&first)?, inability.find(&first)?);
        let from = apology.start().min(inability.start());
        first.get(from..apology.end().max(inability.end())).map(str::to_owned)
    });
    let plain = || MACHINE.find(&first).or_else(|| BARE.find(&first));
    said.or_else(|| plain().map(|it| it.as_str().to_owned()))
}
