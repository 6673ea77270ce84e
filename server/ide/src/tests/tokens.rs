//! Texts with their tokens marked: `‹kind word›`, modifiers behind the kind. What is not marked has no token.

use pipeline::catalogue::Catalogue;
use syntax::{Document, Span};

use crate::{Analyst, Modifier, Snapshot, Token, TokenKind, TokenMemo, Tokens, tokens_in};

use super::{no_files, snapshot};

fn name(kind: TokenKind) -> String {
    format!("{kind:?}").to_lowercase()
}

fn label(token: &Token) -> String {
    let mut label = name(token.kind);
    for modifier in Modifier::ALL.into_iter().filter(|it| token.modifiers.has(*it)) {
        label += &format!(".{modifier:?}").to_lowercase();
    }
    label
}

fn absolute<'s>(all: impl IntoIterator<Item = Tokens<'s>>) -> Vec<Token> {
    let of = |it: Tokens<'s>| {
        let base = it.base;
        let tokens = it.tokens.into_owned().into_iter();
        tokens.map(move |token| Token { span: token.span.shift(base), ..token })
    };
    all.into_iter().flat_map(of).collect()
}

/// All tokens, read anew.
fn fresh(snapshot: &Snapshot) -> Vec<Token> {
    remembered(&mut TokenMemo::default(), snapshot)
}

fn remembered(memo: &mut TokenMemo<()>, snapshot: &Snapshot) -> Vec<Token> {
    absolute(memo.read(snapshot).map(|(tokens, _)| tokens))
}

/// The text with its tokens marked.
fn marked(text: &str) -> String {
    let tokens = fresh(&snapshot(text));
    let mut out = String::new();
    let mut at = 0;
    for token in &tokens {
        let range = token.span.range();
        out += &text[at..range.start];
        out += &format!("‹{} {}›", label(token), &text[range.clone()]);
        at = range.end;
    }
    out + &text[at..]
}

fn unmarked(fixture: &str) -> String {
    let mut pieces = fixture.split('‹');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| {
        let (_, rest) = piece.split_once(' ').expect("a kind and a word");
        text + &rest.replacen('›', "", 1)
    })
}

#[track_caller]
fn check(fixture: &str) {
    let found = marked(&unmarked(fixture));
    assert_eq!(found, fixture, "\n{found}");
}

/// A step whose action is `echo` and then `template`.
#[track_caller]
fn check_template(template: &str) {
    check(&format!(
        "‹keyword inputs›:
  ‹parameter.declaration topic›: x
‹keyword steps›:
  - ‹keyword id›: ‹variable.declaration a›
    ‹keyword action›: ‹function echo› it
  - ‹keyword id›: ‹variable.declaration b›
    ‹keyword action›: \"‹function echo› {template}\"
"
    ));
}

#[test]
fn keys_ids_tools_and_values() {
    check(
        "‹keyword id›: demo ‹comment # why›
‹keyword inputs›:
  ‹parameter.declaration topic›: {‹keyword type›: ‹type string›, ‹keyword default›: {‹property a›: ‹number 1›}}
  ‹parameter.declaration deep›: {‹property a›: ‹keyword true›}
‹keyword steps›:
  - ‹keyword id›: ‹variable.declaration one›
    ‹keyword tool›: \"‹class filesystem›\"
    ‹keyword action›: ‹function read›
    ‹keyword parameters›: {‹property path›: a.txt}
    ‹keyword timeout›: ‹number 3›
    ‹keyword on_failure›: ‹enummember continue›
    ‹property wrong›: x
  - ‹keyword id›: ‹variable.declaration two›
    ‹keyword action›: ‹function generate›
    ‹keyword.deprecated depends_on›: [‹variable one›, nobody]
",
    );
}

#[test]
fn roots_fields_and_filters() {
    check_template(
        "{{ ‹variable a›.‹property result› ‹operator |› ‹function.defaultlibrary upper› }}",
    );
    check_template(
        "{{ ‹parameter topic› }} {{ ‹namespace inputs›.‹parameter topic› }} {{ nobody.‹property x› }}",
    );
    check_template("{{ ‹namespace steps›['‹variable a›'].‹property result› }}");
    check_template("{{ ‹parameter topic› ‹operator |› unheard_of }}");
    check_template(
        "{{ ‹parameter topic›.‹method upper›() ‹operator ~› ‹string 'x'› ‹operator +› ‹number 1.5› }}",
    );
    check_template("{{ ‹variable.defaultlibrary execution›.‹property id› }}");
    check_template("{{ ‹variable a›. }}");
    check_template("{{ ‹variable a› ‹operator |› ");
}

#[test]
fn words_of_expressions() {
    check_template(
        "{{ ‹number 1› ‹keyword if› ‹parameter topic› ‹operator is› ‹operator not› ‹function.defaultlibrary defined› ‹operator and› ‹operator not› ‹keyword true› ‹keyword else› ‹keyword none› }}",
    );
    check_template(
        "{{ ‹function.defaultlibrary range›(‹number 3›) ‹operator |› ‹function.defaultlibrary join›(‹parameter d›‹operator =›‹string ','›) }}",
    );
    check_template("{{ unheard_of(‹number 3›) }}");
}

#[test]
fn statements_and_what_they_bind() {
    check_template(
        "{% ‹keyword for› ‹variable.declaration x› ‹operator in› ‹parameter topic› %}{{ ‹variable x›.‹property y› }}{{ ‹variable.readonly loop›.‹property index› }}{% ‹keyword endfor› %}‹comment {# no #}›",
    );
    check_template(
        "{% ‹keyword set› ‹variable.declaration n› ‹operator =› ‹number 1› %}{{ ‹variable n› }}{% ‹keyword if› ‹variable n› %}{% ‹keyword elif› nobody %}{% ‹keyword endif› %}",
    );
    check_template(
        "{% ‹keyword macro› ‹macro.declaration m›(‹parameter.declaration p›) %}{{ ‹variable p› }}{% ‹keyword endmacro› %}{{ ‹macro m›(‹number 1›) }}",
    );
    check_template("{% ‹keyword raw› %}{{ a }}{% ‹keyword endraw› %}");
    check_template("{{ file: ‹string a.md› }}");
}

#[test]
fn conditions_and_routes() {
    check(
        "‹keyword steps›:
  - ‹keyword id›: ‹variable.declaration a›
    ‹keyword action›: ‹function echo› x
  - ‹keyword id›: ‹variable.declaration b›
    ‹keyword action›: ‹function echo› x
    ‹keyword.deprecated if›: ‹variable a›.‹property count› ‹operator >› ‹number 3› ‹operator and› ‹function.defaultlibrary len›(‹variable a›) ‹operator in› [‹number 1›]
    ‹keyword on_false›: ‹variable c›
    ‹keyword goto›: \"{{ ‹variable a›.‹property ok› }} ‹operator ?› ‹variable c› : nobody\"
  - ‹keyword id›: ‹variable.declaration c›
    ‹keyword action›: ‹function echo› x
    ‹keyword condition›: ‹keyword true›
",
    );
}

#[test]
fn loops_and_their_names() {
    check(
        "‹keyword steps›:
  - ‹keyword id›: ‹variable.declaration each›
    ‹keyword for_each›: \"{{ [‹number 1›] }}\"
    ‹keyword loop_var›: ‹variable.declaration file›
    ‹keyword steps›:
      - ‹keyword id›: ‹variable.declaration one›
        ‹keyword action›: ‹function echo› {{ ‹variable.readonly item› }} {{ $‹variable.readonly index› }} {{ ‹variable.readonly file› }}
      - ‹keyword id›: ‹variable.declaration two›
        ‹keyword action›: ‹function echo› {{ ‹variable one›.‹property result› }}
        ‹keyword dependencies›: ‹variable one›
",
    );
}

#[test]
fn auto_tags() {
    check(
        "‹keyword steps›:
  - ‹keyword id›: ‹variable.declaration a›
    ‹keyword action›: ‹function generate›
    ‹keyword parameters›:
      ‹property prompt›: x
      ‹property model›: ‹macro <AUTO› ‹property task›=\"‹string sum up›\"‹macro >›‹string Choose for› {{ ‹variable.defaultlibrary pipeline_id› }}‹string , soon›‹macro </AUTO>›
      ‹property bare›: ‹macro <AUTO›‹macro >›
",
    );
}

#[test]
fn places_in_every_style_of_scalar() {
    check(
        "‹keyword inputs›:
  ‹parameter.declaration t›: é
‹keyword steps›:
  - ‹keyword id›: ‹variable.declaration a›
    ‹keyword action›: ‹function generate›
    ‹keyword parameters›:
      ‹property b›: 'it''s {{ ‹parameter t› ‹operator |› ‹function.defaultlibrary replace›(‹string ''x''›, ‹string \"y\"›) }}'
      ‹property c›: \"\\u00e9\\n {{ ‹parameter t› ‹operator ==› ‹string \\\"q\\\"› }}\"
      ‹property d›: >-
        folded 😀
        text {{
          ‹parameter t› }} and

        {{ ‹parameter t› }}
      ‹property e›: |2
          {{ ‹parameter t› }}
        ‹comment {# one›
        ‹comment two #}›
      ‹property f›: plain
        {{ ‹parameter t› }}
",
    );
}

#[test]
fn nothing_in_prose_or_behind_aliases() {
    check(
        "‹keyword name›: about {{ x }}
‹keyword metadata›: &m {‹property a›: \"{{ x }}\"}
‹keyword steps›:
  - ‹keyword id›: ‹variable.declaration a›
    ‹keyword description›: \"{{ x }}\"
    ‹keyword action›: ‹function echo› x
    ‹keyword metadata›: *m
",
    );
}

/// Edits at random places of a text, with their versions read one after another.
fn edited(turns: usize, mut look: impl FnMut(&Snapshot, usize)) {
    let text = "id: d\nexperts:\n  critic: {model: m}\ninputs:\n  t: 1\n  - bad\nsteps:\n  - id: one\n    tool: terminal\n    parameters: {command: \"{{ t }} {{ two.x | upper }}\"}\n  - id: two\n    action: generate\n    expert: critic\n    condition: one.result and t > 1\n    parameters:\n      prompt: |\n        {% for x in t %}{{ x }}\n        {{ loop.index }}{% endfor %}\n      model: <AUTO task=\"x\">é {{ one.y }} 😀</AUTO>\n  - id: three\n    for_each: \"{{ two.items }}\"\n    steps:\n      - id: w\n        action: echo {{ item }} {{ one }}\n    depends_on: [one, two]\noutputs:\n  o: \"{{ three.results }}\"\n";
    let words = [
        "",
        "x",
        "\n",
        "{{ ",
        " }}",
        "\"",
        "one",
        "two",
        "  - id: new\n",
        "steps:\n",
        "é",
        "😀",
        "'",
        "<AUTO>",
        ":",
        "inputs:\n",
        "t",
    ];
    let mut document = Document::new(text);
    let mut analyst = Analyst::default();
    let mut seed = 7_u64;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below.max(1)
    };
    for turn in 0..turns {
        let now = document.rope().to_string();
        let mut at = random(now.len() + 1);
        while !now.is_char_boundary(at) {
            at -= 1;
        }
        let mut end = (at + random(3) * random(9)).min(now.len());
        while !now.is_char_boundary(end) {
            end += 1;
        }
        document.edit(Span::new(at as u32, end as u32), words[random(words.len())]);
        if turn % 40 == 39 {
            document = Document::new(text);
        }
        look(&analyst.read(document.clone(), &Catalogue::declared(), &no_files()), turn);
    }
}

#[test]
fn what_is_remembered_is_what_a_fresh_reading_says() {
    let mut memo = TokenMemo::default();
    edited(1_200, |snapshot, turn| {
        assert_eq!(remembered(&mut memo, snapshot), fresh(snapshot), "{turn}");
    });
}

#[test]
fn ranges_joined_are_the_whole() {
    edited(400, |snapshot, turn| {
        let whole = fresh(snapshot);
        let mut joined = Vec::new();
        for base in snapshot.document.segments().map(|(base, _)| base) {
            let part = tokens_in(snapshot, Span::empty(base));
            joined.extend(absolute(part).into_iter().filter(|it| it.span.start >= base));
            joined.sort_by_key(|token| token.span);
            joined.dedup();
        }
        assert_eq!(joined, whole, "{turn}");
    });
}

#[test]
fn tokens_lie_on_one_line_each_and_do_not_overlap() {
    edited(1_200, |snapshot, turn| {
        let text = snapshot.document.rope().to_string();
        let tokens = fresh(snapshot);
        for pair in tokens.windows(2) {
            assert!(pair[0].span.end <= pair[1].span.start, "{turn}: {pair:?}");
        }
        for token in &tokens {
            let word = text.get(token.span.range()).expect("whole characters");
            assert!(!word.is_empty() && !word.contains(['\n', '\r']), "{turn}: {word:?}");
        }
    });
}

#[test]
fn a_keystroke_keeps_what_was_made_of_other_segments() {
    let text = "steps:\n  - id: a\n    action: echo x\n  - id: b\n    action: echo {{ a }}\n";
    let (mut analyst, mut memo) = (Analyst::default(), TokenMemo::default());
    let mut document = Document::new(text);
    let mut read = |document: &Document, turn: u32| -> Vec<u32> {
        let snapshot = analyst.read(document.clone(), &Catalogue::declared(), &no_files());
        memo.read(&snapshot).map(|(_, made)| *made.get_or_insert(turn)).collect()
    };
    assert_eq!(read(&document, 1), [1, 1, 1]);
    let at = text.find("x\n").unwrap() as u32;
    document.edit(Span::empty(at), "y");
    assert_eq!(read(&document, 2), [1, 2, 1]);
    // What `a` means in the last step changes with its name.
    let id = text.find("a\n").unwrap() as u32;
    document.edit(Span::empty(id), "z");
    assert_eq!(read(&document, 3), [1, 3, 3]);
}
