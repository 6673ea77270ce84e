//! One sentence against the sheet, clause by clause: what a clause claims is claimed of the steps that it names.

use super::concepts::{
    BACKWARD, Claim, DENIALS, FORWARD, GLUE, ORDER, claims, claims_of_files, holds,
};
use super::known::{Known, belongs, is_condition};
use super::words::{Token, number, stem, tokens};
use super::{Refusal, gives, inputs, phrases};
use crate::catalogue::Effect;
use crate::insight::{Id, InputFact, StepFact};

/// Why a sentence does not stay.
pub(super) fn refusal(known: &Known<'_>, sentence: &str) -> Option<Refusal> {
    if known.tells(sentence) {
        return None;
    }
    let tokens = phrases::merged(tokens(sentence));
    let words = tokens.iter().filter_map(|it| match it {
        Token::Word(word) => Some(word.to_lowercase()),
        Token::Code(_) | Token::Break => None,
    });
    if let Some(denial) =
        words.into_iter().find(|it| DENIALS.contains(&it.as_str()) || it.ends_with("n't"))
    {
        return Some(Refusal::Denial(denial));
    }
    unknown(known, &tokens).or_else(|| inputs::refusal(known, &tokens)).or_else(|| {
        let mut before: Vec<usize> = Vec::new();
        clauses(known, &tokens).into_iter().find_map(|clause| {
            let found = Clause::of(known, clause, &before);
            before.clone_from(&found.steps);
            found.refusal(known)
        })
    })
}

/// The first name or word that nobody knows.
fn unknown(known: &Known<'_>, tokens: &[Token]) -> Option<Refusal> {
    for token in tokens {
        match token {
            Token::Code(code) if !known.knows_name(code) => {
                return Some(Refusal::Name(code.clone()));
            }
            Token::Word(word) if known.knows_name(word) || number(word).is_some() => {}
            Token::Word(word) => {
                let lower = word.to_lowercase();
                let stem = stem(word);
                let covered = if word.contains('_') {
                    known.spells(word)
                } else {
                    GLUE.contains(&lower.as_str())
                        || inputs::WORDS.contains(&lower.as_str())
                        || known.knows_word(&stem)
                        || claims(&stem).next().is_some()
                };
                if !covered {
                    let is_name = word.contains(['_', '.', '/', ':'])
                        || word.chars().any(|it| it.is_ascii_digit());
                    let word = word.clone();
                    return Some(if is_name { Refusal::Name(word) } else { Refusal::Word(word) });
                }
            }
            Token::Code(_) | Token::Break => {}
        }
    }
    None
}

/// The step that a token names.
fn step_of(known: &Known<'_>, token: &Token) -> Option<usize> {
    match token {
        Token::Code(name) | Token::Word(name) => known.step(name),
        Token::Break => None,
    }
}

/// Clauses: an `and`, `while` or a break ends one where a step and a verb came before and a step comes right behind.
fn clauses<'t>(known: &Known<'_>, tokens: &'t [Token]) -> Vec<&'t [Token]> {
    let is_verb = |token: &Token| match token {
        Token::Word(word) => {
            let lower = word.to_lowercase();
            known.step(word).is_none()
                && !matches!(
                    lower.as_str(),
                    "and" | "or" | "the" | "a" | "an" | "step" | "steps" | "then" | "both"
                )
        }
        _ => false,
    };
    let mut all = Vec::new();
    let mut start = 0;
    for (at, token) in tokens.iter().enumerate() {
        let joins = matches!(token, Token::Break)
            || matches!(token, Token::Word(word) if matches!(word.to_lowercase().as_str(), "and" | "while" | "whereas" | "but"));
        let before = &tokens[start..at];
        let has_step = before.iter().position(|it| step_of(known, it).is_some());
        let said = has_step.is_some_and(|step| before[step..].iter().any(is_verb));
        let behind = tokens[at + 1..].iter().find(|it| !matches!(it, Token::Word(word) if matches!(word.to_lowercase().as_str(), "the" | "step" | "then" | "and")));
        // `then` between two steps is an order, and stays with both.
        let orders = tokens
            .get(at + 1)
            .is_some_and(|it| matches!(it, Token::Word(word) if word.eq_ignore_ascii_case("then")));
        if joins && said && !orders && behind.is_some_and(|it| step_of(known, it).is_some()) {
            let verb_behind =
                tokens[at + 1..].iter().skip_while(|it| step_of(known, it).is_none()).any(is_verb);
            if verb_behind {
                all.push(before);
                start = at + 1;
            }
        }
    }
    all.push(&tokens[start..]);
    all
}

/// What was said so far of steps in a row.
#[derive(Default)]
struct Relation {
    /// Of which it is said.
    subjects: Vec<usize>,
    /// What they stand to.
    objects: Vec<usize>,
    /// Whether they come before those, or behind.
    direction: Option<Direction>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Forward,
    Backward,
}

impl Relation {
    /// Whether it is true that `a`, by the words between, stands so to `b`.
    fn takes(
        &mut self,
        known: &Known<'_>,
        a: usize,
        b: usize,
        words: &[&str],
        together: bool,
    ) -> bool {
        let any = |all: &[&str]| words.iter().any(|it| all.contains(it));
        let direction = match (any(FORWARD), any(BACKWARD)) {
            (true, true) => return false,
            (true, false) => Some(Direction::Forward),
            (false, true) => Some(Direction::Backward),
            (false, false) => None,
        };
        let is_plain = words
            .iter()
            .all(|it| matches!(*it, "and" | "or" | "both" | "the" | "step" | "steps" | "with"));
        if direction.is_none() && !is_plain && !together {
            return false;
        }
        if self.subjects.is_empty() {
            self.subjects.push(a);
        }
        let goes_on = is_plain || matches!(words.first(), Some(&("and" | "or")));
        match (direction, self.direction) {
            (None, None) => {
                self.subjects.push(b);
                return true;
            }
            (None, Some(_)) => {}
            (Some(new), None) => self.direction = Some(new),
            (Some(new), Some(_)) => {
                if !goes_on {
                    self.subjects = std::mem::take(&mut self.objects);
                }
                self.direction = Some(new);
            }
        }
        self.objects.push(b);
        self.subjects.iter().all(|subject| match self.direction {
            Some(Direction::Forward) => known.is_before(*subject, b),
            Some(Direction::Backward) => known.is_before(b, *subject),
            None => true,
        })
    }
}

struct Clause<'t> {
    tokens: &'t [Token],
    /// The steps that it names, in order; those of the clause before where it names none.
    steps: Vec<usize>,
    names_steps: bool,
}

impl<'t> Clause<'t> {
    fn of(known: &Known<'_>, tokens: &'t [Token], before: &[usize]) -> Self {
        let steps: Vec<usize> = tokens.iter().filter_map(|it| step_of(known, it)).collect();
        let names_steps = !steps.is_empty();
        let steps = if names_steps { steps } else { before.to_vec() };
        Self { tokens, steps, names_steps }
    }

    fn refusal(&self, known: &Known<'_>) -> Option<Refusal> {
        self.deeds(known)
            .or_else(|| self.order(known))
            .or_else(|| self.whose(known))
            .or_else(|| self.numbers(known))
    }

    /// Bare words, those that are names of steps left out.
    fn words<'k>(&'k self, known: &'k Known<'_>) -> impl Iterator<Item = (usize, &'t String)> + 'k {
        self.tokens.iter().enumerate().filter_map(|(at, token)| match token {
            Token::Word(word) if known.step(word).is_none() => Some((at, word)),
            _ => None,
        })
    }

    fn deeds(&self, known: &Known<'_>) -> Option<Refusal> {
        let is_about_failure =
            self.words(known).any(|(_, it)| claims(&stem(it)).any(|it| it == Claim::Fails));
        let said: Vec<Claim> =
            self.words(known).flat_map(|(_, it)| claims(&stem(it)).collect::<Vec<_>>()).collect();
        let stops = said.contains(&Claim::Stops) && is_about_failure;
        let counts_calls = |word: &str| {
            stem(word) == "tim"
                && (said.contains(&Claim::Retries) || said.contains(&Claim::Does(&[Effect::Model])))
        };
        if let Some(condition) = self.turns_round(known, &said) {
            return Some(Refusal::Deed(condition));
        }
        let is_of_files = said.contains(&Claim::Does(&[Effect::Reads, Effect::Writes]));
        for (_, word) in self.words(known) {
            let stem = stem(word);
            let of_files = claims_of_files(&stem).filter(|_| is_of_files);
            for claim in claims(&stem).chain(of_files) {
                // The `if` of "if it fails" is no condition of the step.
                if is_about_failure && claim == Claim::Branches {
                    continue;
                }
                // That a failure stops the run is said of it, and "three times" counts what else is said.
                if stops && claim == Claim::Fails || claim == Claim::Repeats && counts_calls(word) {
                    continue;
                }
                let right = if claim == Claim::Together {
                    self.are_together(known, said.contains(&Claim::Repeats))
                } else if self.steps.is_empty() && matches!(claim, Claim::Stops | Claim::GoesOn) {
                    let mut outer = known.sheet.steps.iter().filter(|it| it.inside.is_none());
                    outer.all(|it| holds(claim, it))
                } else if self.steps.is_empty() {
                    known.sheet.steps.iter().any(|it| holds(claim, it))
                } else {
                    self.steps.iter().filter_map(|it| known.fact(*it)).any(|it| holds(claim, it))
                };
                if !right {
                    return Some(Refusal::Deed(word.clone()));
                }
            }
        }
        None
    }

    /// What must hold for a step, where it is said that the step is left out or runs in any other case.
    fn turns_round(&self, known: &Known<'_>, said: &[Claim]) -> Option<String> {
        let is_turned = said.contains(&Claim::Skips)
            || self.words(known).any(|(_, it)| {
                matches!(it.to_lowercase().as_str(), "unless" | "otherwise" | "until" | "except")
            });
        self.tokens.iter().filter(|_| is_turned).find_map(|token| match token {
            Token::Code(text) if known.sheet.steps.iter().any(|it| is_condition(it, text)) => {
                Some(text.clone())
            }
            _ => None,
        })
    }

    /// Whether steps, or rounds of a loop, may run at once.
    fn are_together(&self, known: &Known<'_>, of_rounds: bool) -> bool {
        if self.steps.len() < 2 {
            let many_rounds = |at: &usize| {
                let repeats = known.fact(*at).and_then(|it| it.own.repeats.as_ref());
                repeats.is_some_and(|it| it.at_once != Some(1))
            };
            return match self.steps.first() {
                Some(step) => many_rounds(step),
                None if of_rounds => (0..known.sheet.steps.len()).any(|it| many_rounds(&it)),
                None => known.sheet.stages.iter().any(|it| it.len() > 1),
            };
        }
        let apart =
            |a: usize, b: usize| a == b || !(known.is_before(a, b) || known.is_before(b, a));
        let level = |at: usize| known.fact(at).map(|it| (&it.inside, it.stage));
        let mut pairs = self.steps.iter().flat_map(|a| self.steps.iter().map(move |b| (*a, *b)));
        pairs.all(|(a, b)| apart(a, b) && level(a) == level(b))
    }

    /// Words of order between steps, and such that stand alone.
    fn order(&self, known: &Known<'_>) -> Option<Refusal> {
        let at: Vec<usize> = (0..self.tokens.len())
            .filter(|it| step_of(known, &self.tokens[*it]).is_some())
            .collect();
        let together =
            self.words(known).any(|(_, it)| claims(&stem(it)).any(|it| it == Claim::Together));
        let mut covered: Vec<usize> = Vec::new();
        let mut said = Relation::default();
        for pair in at.windows(2) {
            let (Some(a), Some(b)) =
                (step_of(known, &self.tokens[pair[0]]), step_of(known, &self.tokens[pair[1]]))
            else {
                continue;
            };
            let between: Vec<(usize, String)> = (pair[0] + 1..pair[1])
                .filter_map(|it| match &self.tokens[it] {
                    Token::Word(word) => Some((it, word.to_lowercase())),
                    _ => None,
                })
                .collect();
            let words: Vec<&str> = between.iter().map(|(_, it)| it.as_str()).collect();
            let holds_other = {
                let inside = |a: usize, b: usize| {
                    known.fact(b).and_then(|it| it.inside.as_deref())
                        == known.fact(a).map(|it| &*it.id)
                };
                let repeats =
                    words.iter().any(|it| claims(&stem(it)).any(|it| it == Claim::Repeats));
                repeats && (inside(a, b) || inside(b, a))
            };
            if !(holds_other || said.takes(known, a, b, &words, together)) {
                return Some(Refusal::Order(words.join(" ")));
            }
            covered.extend(between.iter().map(|(it, _)| *it));
        }
        // Steps behind a word of order that opens the clause: "after `a`, `b` ..." .
        for (place, word) in self.words(known) {
            let lower = word.to_lowercase();
            if !ORDER.contains(&lower.as_str()) || covered.contains(&place) {
                continue;
            }
            let stages = &known.sheet.stages;
            let only = match self.steps.as_slice() {
                [only] if self.names_steps => known.fact(*only),
                _ => None,
            };
            let right = only.is_some_and(|step| match lower.as_str() {
                "first" | "begins" | "starts" | "initially" | "start" | "begin" => {
                    step.stage == Some(0)
                }
                "last" | "finally" | "lastly" | "ends" | "ultimately" | "end" | "finishes" => {
                    step.stage.is_some_and(|it| it + 1 == stages.len())
                        && stages.last().is_some_and(|it| it.len() == 1)
                }
                _ => false,
            });
            if !right {
                return Some(Refusal::Order(word.clone()));
            }
        }
        None
    }

    /// Tools, models, files, fields, inputs and outputs belong to the steps that are named beside them.
    fn whose(&self, known: &Known<'_>) -> Option<Refusal> {
        if let Some(found) = gives::refusal(known, self.tokens) {
            return found;
        }
        if !self.names_steps {
            return None;
        }
        if let Some(other) = self.goes_over(known) {
            return Some(Refusal::Whose(other));
        }
        let steps: Vec<_> = self.steps.iter().filter_map(|it| known.fact(*it)).collect();
        let sheet = known.sheet;
        for token in self.tokens {
            let (Token::Code(name) | Token::Word(name)) = token else { continue };
            let is_code = matches!(token, Token::Code(_));
            let special = is_code || name.contains(['_', '-', '.']) && known.knows_name(name);
            if !special || known.step(name).is_some() || sheet.title.as_ref() == Some(name) {
                continue;
            }
            let outer = |id: &Id| id.split('.').next().unwrap_or_default().to_owned();
            let input = sheet.inputs.iter().find(|it| it.name == *name);
            let output = sheet.outputs.iter().find(|it| it.name == *name);
            let named = |all: &[Id]| {
                let are = |step: &&StepFact| {
                    let outer = outer(&step.id);
                    all.iter().any(|it| *it == step.id || **it == *outer)
                };
                steps.iter().any(are)
            };
            let field = || {
                sheet.flows.iter().any(|flow| {
                    let touches = |id: &Id| steps.iter().any(|it| it.id == *id);
                    flow.fields.iter().any(|it| **it == **name)
                        && if steps.len() > 1 {
                            touches(&flow.from) && touches(&flow.to)
                        } else {
                            touches(&flow.from) || touches(&flow.to)
                        }
                })
            };
            let right = steps.iter().any(|it| belongs(it, name))
                || input.is_some_and(|it| named(&it.read_by))
                || output.is_some_and(|it| named(&it.from))
                || field()
                || sheet
                    .inputs
                    .iter()
                    .any(|it| it.default.as_ref() == Some(name) && named(&it.read_by));
            if !right {
                return Some(Refusal::Whose(name.clone()));
            }
        }
        None
    }

    /// What a loop is said to go through, and does not.
    fn goes_over(&self, known: &Known<'_>) -> Option<String> {
        let goes = self.tokens.windows(2).filter_map(|pair| match pair {
            [Token::Word(word), Token::Code(name)]
                if matches!(word.to_lowercase().as_str(), "over" | "through") =>
            {
                Some(name)
            }
            _ => None,
        });
        let loops: Vec<_> = self
            .steps
            .iter()
            .filter_map(|it| known.fact(*it)?.own.repeats.as_ref())
            .filter(|it| !it.over.is_empty())
            .collect();
        let mut goes = goes.filter(|_| !loops.is_empty());
        goes.find(|name| !loops.iter().any(|it| it.over.contains(name))).cloned()
    }

    /// Whether a name stands in it.
    fn names(&self, name: &str) -> bool {
        self.tokens.iter().any(|it| match it {
            Token::Code(own) | Token::Word(own) => own == name,
            Token::Break => false,
        })
    }

    /// What its words say that steps do to the world.
    fn effects(&self, known: &Known<'_>) -> Vec<&'static [Effect]> {
        let all = self.words(known).flat_map(|(_, it)| claims(&stem(it)).collect::<Vec<_>>());
        let effects = all.filter_map(|claim| match claim {
            Claim::Does(effects) => Some(effects),
            _ => None,
        });
        effects.collect()
    }

    /// Whether it says of the whole pipeline how often models are asked.
    fn asks_models(&self, known: &Known<'_>) -> bool {
        let is_model = |it: &str| claims(&stem(it)).any(|it| it == Claim::Does(&[Effect::Model]));
        self.steps.is_empty() && self.words(known).any(|(_, it)| is_model(it))
    }

    /// Whether it says how often something is done once more.
    fn retries(&self, known: &Known<'_>) -> bool {
        self.words(known).any(|(_, it)| stem(it).starts_with("retr"))
    }

    fn numbers(&self, known: &Known<'_>) -> Option<Refusal> {
        let sheet = known.sheet;
        let outer = sheet.steps.iter().filter(|it| it.inside.is_none()).count();
        for (at, word) in self.words(known) {
            let Some(value) = number(word) else { continue };
            if matches!(word.to_lowercase().as_str(), "both" | "once") {
                continue;
            }
            let noun = self.tokens.iter().skip(at + 1).take(2).find_map(|it| match it {
                Token::Word(word) => Some(stem(word)),
                _ => None,
            });
            let compound = word.split_once('-').map(|(_, it)| stem(it));
            let is = |count: usize| (value - count as f64).abs() < f64::EPSILON;
            let all: Vec<usize> = if self.steps.is_empty() {
                (0..sheet.steps.len()).collect()
            } else {
                self.steps.clone()
            };
            let counted = || {
                all.iter()
                    .flat_map(|it| known.counts(*it))
                    .any(|it| (it - value).abs() < f64::EPSILON)
            };
            let right = match compound.or(noun).unwrap_or_default().as_str() {
                "step" => match self.effects(known).as_slice() {
                    [] => is(outer) || is(sheet.steps.len()),
                    effects => {
                        let does = |step: &StepFact| {
                            effects
                                .iter()
                                .all(|all| all.iter().any(|it| step.own.effects_alone.contains(it)))
                        };
                        is(sheet.steps.iter().filter(|it| does(it)).count())
                    }
                },
                "second" => all.iter().any(|it| {
                    let most = known.fact(*it).and_then(|it| it.own.failure.timeout);
                    most.is_some_and(|it| (it - value).abs() < f64::EPSILON)
                }),
                "stag" => is(sheet.stages.len()),
                "input" => is(sheet.inputs.len()),
                "output" => is(sheet.outputs.len()),
                "tim" if self.asks_models(known) => {
                    sheet.model_calls.is_some_and(|it| (it as f64 - value).abs() < f64::EPSILON)
                }
                "tim" if self.retries(known) => all.iter().any(|it| {
                    let again = known.fact(*it).and_then(|it| it.own.failure.attempts);
                    again.is_some_and(|it| is(it.saturating_sub(1) as usize))
                }),
                "call" => {
                    sheet.model_calls.is_some_and(|it| (it as f64 - value).abs() < f64::EPSILON)
                }
                _ => {
                    let is_default = |it: &InputFact| {
                        it.default.as_ref().is_some_and(|it| it.parse() == Ok(value))
                            && self.names(&it.name)
                    };
                    counted()
                        || sheet.inputs.iter().any(is_default)
                        || sheet.purpose.as_ref().is_some_and(|it| {
                            tokens(it).iter().any(
                                |it| matches!(it, Token::Word(word) if number(word) == Some(value)),
                            )
                        })
                }
            };
            if !right {
                return Some(Refusal::Number(word.clone()));
            }
        }
        None
    }
}
