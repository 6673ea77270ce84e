//! Templates, conditions and AUTO tags: trees, ranges, half-typed states, arbitrary text.

use proptest::prelude::*;
use syntax::Span;
use syntax::auto::{self, AutoTag, Close};
use syntax::template::{
    Arg, Expr, ExprKind, FreePath, Parameter, Part, free_paths, free_paths_of, has_markers,
    parse_condition, parse_template, sole_expression,
};

/// Collects every span of a tree below `outer`, and fails when one reaches out of it.
struct Spans<'t> {
    text: &'t str,
}

impl Spans<'_> {
    fn check(&self, outer: Span, inner: Span) {
        assert!(outer.covers(inner), "{inner:?} reaches out of {outer:?} in {:?}", self.text);
        assert!(
            self.text.get(inner.range()).is_some(),
            "{inner:?} cuts a character of {:?}",
            self.text
        );
    }

    fn parts(&self, outer: Span, parts: &[Part]) {
        let mut last = outer.start;
        for part in parts {
            let span = part.span();
            self.check(outer, span);
            assert!(last <= span.start, "pieces out of order in {:?}", self.text);
            last = span.end;
            match part {
                Part::Text(_) | Part::Comment(_) => {}
                Part::Print { expr, .. } => self.expr(span, expr),
                Part::Include { path_span, .. } => self.check(span, *path_span),
                Part::If { branches, otherwise, .. } => {
                    for (test, body) in branches {
                        self.expr(span, test);
                        self.parts(span, body);
                    }
                    self.parts(span, otherwise);
                }
                Part::For { targets, iter, filter, body, otherwise, .. } => {
                    targets.iter().for_each(|it| self.check(span, it.1));
                    self.expr(span, iter);
                    filter.iter().for_each(|it| self.expr(span, it));
                    self.parts(span, body);
                    self.parts(span, otherwise);
                }
                Part::Set { targets, value, .. } => {
                    targets.iter().for_each(|it| self.check(span, it.1));
                    self.expr(span, value);
                }
                Part::SetField { object, name, value, .. } => {
                    self.check(span, object.1);
                    self.check(span, name.1);
                    self.expr(span, value);
                }
                Part::SetBlock { target, value, body, .. } => {
                    self.check(span, target.1);
                    self.expr(span, value);
                    self.parts(span, body);
                }
                Part::With { bindings, body, .. } => {
                    for (target, value) in bindings {
                        self.check(span, target.1);
                        self.expr(span, value);
                    }
                    self.parts(span, body);
                }
                Part::Filter { value, body, .. } | Part::Autoescape { value, body, .. } => {
                    self.expr(span, value);
                    self.parts(span, body);
                }
                Part::Macro { name, parameters, body, .. } => {
                    self.check(span, name.1);
                    self.parameters(span, parameters);
                    self.parts(span, body);
                }
                Part::Call { parameters, call, body, .. } => {
                    self.parameters(span, parameters);
                    self.expr(span, call);
                    self.parts(span, body);
                }
                Part::Raw { text, .. } => self.check(span, *text),
            }
        }
    }

    fn parameters(&self, outer: Span, parameters: &[Parameter]) {
        for parameter in parameters {
            self.check(outer, parameter.name.1);
            parameter.default.iter().for_each(|it| self.expr(outer, it));
        }
    }

    fn args(&self, outer: Span, args: &[Arg]) {
        for arg in args {
            arg.name.iter().for_each(|it| self.check(outer, it.1));
            self.expr(outer, &arg.value);
        }
    }

    fn expr(&self, outer: Span, expr: &Expr) {
        let span = expr.span;
        self.check(outer, span);
        let all = |exprs: &[Expr]| exprs.iter().for_each(|it| self.expr(span, it));
        match &expr.kind {
            ExprKind::Attribute { base, name_span, .. } => {
                self.expr(span, base);
                self.check(span, *name_span);
            }
            ExprKind::Index { base, index } => {
                self.expr(span, base);
                self.expr(span, index);
            }
            ExprKind::Slice { base, start, stop, step } => {
                self.expr(span, base);
                [start, stop, step].into_iter().flatten().for_each(|it| self.expr(span, it));
            }
            ExprKind::Filter { base, name_span, args, .. }
            | ExprKind::Test { base, name_span, args, .. } => {
                self.expr(span, base);
                self.check(span, *name_span);
                self.args(span, args);
            }
            ExprKind::Call { callee, args } => {
                self.expr(span, callee);
                self.args(span, args);
            }
            ExprKind::Unary { operand, .. } => self.expr(span, operand),
            ExprKind::Binary { left, right, .. }
            | ExprKind::And(left, right)
            | ExprKind::Or(left, right) => {
                self.expr(span, left);
                self.expr(span, right);
            }
            ExprKind::Compare { first, rest } => {
                self.expr(span, first);
                rest.iter().for_each(|it| self.expr(span, &it.1));
            }
            ExprKind::Conditional { test, then, otherwise } => {
                self.expr(span, test);
                self.expr(span, then);
                otherwise.iter().for_each(|it| self.expr(span, it));
            }
            ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => all(items),
            ExprKind::Dict(entries) => entries.iter().for_each(|(key, value)| {
                self.expr(span, key);
                self.expr(span, value);
            }),
            ExprKind::Comprehension { element, value, clauses, .. } => {
                self.expr(span, element);
                value.iter().for_each(|it| self.expr(span, it));
                for clause in clauses {
                    clause.targets.iter().for_each(|it| self.check(span, it.1));
                    self.expr(span, &clause.iter);
                    all(&clause.conditions);
                }
            }
            _ => {}
        }
    }
}

fn check_spans(text: &str) {
    let all = Span::new(0, text.len() as u32);
    let spans = Spans { text };
    let template = parse_template(text);
    spans.parts(all, &template.parts);
    template.errors.iter().for_each(|it| spans.check(all, it.span));
    free_paths(&template).iter().for_each(|it| spans.check(all, it.span));
    let condition = parse_condition(text);
    spans.expr(all, &condition.expr);
    condition.errors.iter().for_each(|it| spans.check(all, it.span));
    fn tags(spans: &Spans<'_>, outer: Span, found: &[AutoTag]) {
        for tag in found {
            spans.check(outer, tag.span);
            spans.check(tag.span, tag.body);
            tag.attributes.iter().for_each(|it| spans.check(tag.span, it.value_span));
            tags(spans, tag.body, &tag.nested);
        }
    }
    tags(&spans, all, &auto::find(text));
}

/// Text made of what templates are made of.
fn fragments() -> impl Strategy<Value = String> {
    let words = [
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "-",
        " ",
        "\n",
        "if ",
        "else",
        "endif",
        "for ",
        "in ",
        "endfor",
        "set ",
        "endset",
        "x",
        "x.y",
        ".",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        ":",
        ",",
        "|",
        "default",
        "is ",
        "not ",
        "defined",
        "'",
        "\"",
        "\\",
        "1",
        "1.5",
        "**",
        "+",
        "~",
        "==",
        "?",
        "and ",
        "or ",
        "é",
        "☃",
        "$item",
        "raw",
        "endraw",
        "macro m(a)",
        "endmacro",
        "<<",
        ">>",
        "a/b",
        "file:",
        "<AUTO>",
        "</AUTO>",
        "<AUTO a=\"b\">",
        "=",
        "*",
        "!",
        "&",
        "with ",
        "filter ",
        "elif ",
        "call ",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..24).prop_map(|it| it.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_a_tree_whose_spans_nest(text in "\\PC{0,40}") {
        check_spans(&text);
    }

    #[test]
    fn any_words_of_templates_have_a_tree_whose_spans_nest(text in fragments()) {
        check_spans(&text);
    }

    #[test]
    fn text_without_markers_is_one_text(text in "[^{<]{1,40}") {
        prop_assert!(!has_markers(&text));
        let template = parse_template(&text);
        prop_assert_eq!(template.parts, vec![Part::Text(Span::new(0, text.len() as u32))]);
    }
}

#[test]
fn nothing_nests_too_deep_for_the_stack() {
    for piece in [
        "(",
        "[",
        "{",
        "-",
        "not ",
        "x if y else ",
        "x.",
        "x|f(",
        "a?",
        "1+",
        "f(",
        "{{",
        "a[",
        "a**",
        "{a:",
    ] {
        let text = piece.repeat(100_000);
        drop(parse_condition(&text));
        let template = parse_template(&format!("{{{{ {text}"));
        drop(free_paths(&template));
    }
    for piece in [
        "{% if x %}",
        "{% for x in y %}",
        "{% set x %}",
        "<AUTO>",
        "{{ x",
        "{% if ",
        "{#",
        "{{ '",
        "{% raw %}",
    ] {
        let text = piece.repeat(20_000);
        drop(parse_template(&text));
        drop(auto::find(&text));
    }
}

fn paths(found: Vec<FreePath>) -> Vec<String> {
    let spelled = |it: FreePath| {
        let fields: String = it.fields.iter().map(|field| format!(".{}", field.0)).collect();
        let marks = format!(
            "{}{}",
            if it.guarded.is_some() { "?" } else { "" },
            if it.called { "()" } else { "" }
        );
        format!("{}{fields}{marks}", it.root)
    };
    found.into_iter().map(spelled).collect()
}

#[test]
fn what_may_be_missing_is_counted_from_the_root() {
    for (template, names) in [
        ("{{ a | default(0) }}", Some(1)),
        ("{{ a.b | default(0) }}", Some(2)),
        ("{{ a.b is defined }}", Some(2)),
        ("{% if a is defined %}{{ a.b.c }}{% endif %}", Some(1)),
        ("{% if a is defined and a.b is defined %}{{ a.b.c }}{% endif %}", Some(1)),
        ("{{ a.b }}", None),
    ] {
        let found = free_paths(&parse_template(template));
        assert_eq!(found.last().unwrap().guarded, names, "{template}");
    }
}

#[track_caller]
fn reads(template: &str, expected: &[&str]) {
    let template = parse_template(template);
    assert_eq!(template.errors, [], "errors");
    assert_eq!(paths(free_paths(&template)), expected);
}

#[test]
fn free_paths_leave_out_what_is_bound_inside() {
    reads("{{ a.b.c }} {{ d['e'][0].f }}", &["a.b.c", "d.e.0.f"]);
    reads(
        "{% for x in xs %}{{ x.y }}{{ loop.index }}{{ z }}{% endfor %}{{ x }}",
        &["xs", "z", "x"],
    );
    reads("{% set q = r %}{{ q }}", &["r"]);
    reads("{% for x in xs %}{% set q = 1 %}{% endfor %}{{ q }}", &["xs", "q"]);
    reads("{% macro m(a, b=c) %}{{ a }}{{ b }}{{ d }}{% endmacro %}{{ m(e) }}", &["c", "d", "e"]);
    condition_reads("[x.y for x in xs if x.z > n]", &["xs", "n"]);
    reads("{{ steps['a-b'].c }} {{ a[i].b }}", &["steps.a-b.c", "a", "i"]);
    reads("{{ a.items() }} {{ now() }} {{ f(x) }}", &["a", "now()", "f()", "x"]);
    reads("{{ $item.name }}", &["item.name"]);
    reads("{% with a = b %}{{ a }}{% endwith %}{{ a }}", &["b", "a"]);
    reads("{% set ns.x = 1 %}", &["ns"]);
    reads("{{ größe.höhe }}", &["größe.höhe"]);
}

#[test]
fn free_paths_know_where_undefined_is_expected() {
    reads("{{ a.b | default('x') }}", &["a.b?"]);
    reads(
        "{% if a.b is defined %}{{ a.b.c }}{{ d }}{% endif %}{{ a.b }}",
        &["a.b?", "a.b.c?", "d", "a.b"],
    );
    reads("{{ a.x if a else b }}", &["a.x?", "a", "b"]);
    reads("{{ a and a.b }}", &["a", "a.b?"]);
    reads("{{ a or 1 }}", &["a"]);
}

#[track_caller]
fn condition_reads(condition: &str, expected: &[&str]) {
    let condition = parse_condition(condition);
    assert_eq!(condition.errors, [], "errors");
    assert_eq!(paths(free_paths_of(&condition.expr)), expected);
}

#[test]
fn braces_are_transparent_in_conditions() {
    condition_reads("{{ a.b }} > 3 and 'x' in {{ c }}", &["a.b", "c"]);
    condition_reads("{{ a | length > 0 }}", &["a"]);
    condition_reads("a is not None and b is not empty", &["a", "b?"]);
    condition_reads("a ? b : c", &["a", "b", "c"]);
    condition_reads("'{{ a.status }}' == 'done'", &["a.status"]);
    condition_reads("{'a': {'b': c}}['a']", &["c"]);
    condition_reads("true", &[]);
}

/// The half-typed states in which editors ask for completion.
#[test]
fn half_typed_templates_keep_their_tree() {
    let reads = |text: &str| paths(free_paths(&parse_template(text)));
    assert_eq!(reads("{{ step."), ["step."]);
    assert_eq!(reads("{{ step. }} after {{ b }}"), ["step.", "b"]);
    assert_eq!(reads("{{ step.\nnext line"), ["step."]);
    assert_eq!(reads("{{ a | "), ["a"]);
    assert_eq!(reads("{{ a | }}"), ["a"]);
    assert_eq!(reads("{{ x["), ["x"]);
    assert_eq!(reads("{{ x[ }} {{ y }}"), ["x", "y"]);
    assert_eq!(reads("{{ f(a, "), ["f()", "a"]);
    assert_eq!(reads("{% if "), [""; 0]);
    assert_eq!(reads("{% if a. %}b{% endif %}"), ["a."]);
    assert_eq!(reads("{% for x in "), [""; 0]);
    assert_eq!(reads("{{ a if "), ["a"]);
    let template = parse_template("{{ a | ");
    let [Part::Print { expr, .. }] = template.parts.as_slice() else { panic!("{template:?}") };
    let ExprKind::Filter { name, name_span, .. } = &expr.kind else { panic!("{expr:?}") };
    assert_eq!((name.as_str(), *name_span), ("", Span::empty(7)));
}

#[test]
fn every_broken_text_says_why() {
    let messages = |text: &str| {
        parse_template(text).errors.into_iter().map(|it| it.message).collect::<Vec<_>>()
    };
    assert_eq!(messages("{{ s }"), ["`{{` is never closed with `}}`"]);
    assert_eq!(messages("{{ s s }}"), ["an operator is missing before `s`"]);
    assert_eq!(messages("{{ 'unclosed }}"), ["the text has no closing quote"]);
    assert_eq!(messages("{% if t %}"), ["`{% if %}` is never closed with `{% endif %}`"]);
    assert_eq!(messages("{% endfor %}"), ["`endfor` closes nothing"]);
    assert_eq!(
        messages("{% nosuchtag %}"),
        ["unknown statement `nosuchtag`; to print a value, write `{{ nosuchtag }}`"]
    );
    assert_eq!(
        messages("{% include 'x' %}"),
        ["`include` is not supported; write `{{ file: path }}` to insert a file"]
    );
    assert_eq!(
        messages("{% if a %}{% for x in y %}{% endif %}"),
        ["`{% for %}` is never closed with `{% endfor %}`"]
    );
    assert_eq!(messages("{{ a && b }}"), ["write `and` for `&&`"]);
    assert_eq!(messages("{{ }}"), ["an expression is missing"]);
    assert_eq!(messages("{{ a. }}"), ["a name is missing after `.`"]);
    let condition = |text: &str| {
        parse_condition(text).errors.into_iter().map(|it| it.message).collect::<Vec<_>>()
    };
    assert_eq!(condition(""), ["an expression is missing"]);
    assert_eq!(
        condition("n\n== 5"),
        ["the condition ends at this line break; put it in parentheses to go on"]
    );
    assert_eq!(condition("f'{n}'"), ["a letter before a text, as in `f'...'`, is not supported"]);
    assert_eq!(condition("!t"), ["write `not` for `!`"]);
    assert_eq!(condition("n == 5 # comment"), [""; 0]);
    assert_eq!(condition("(n\n== 5)"), [""; 0]);
    assert_eq!(condition("lambda: 1"), ["`lambda` is not allowed"]);
}

#[test]
fn a_sole_expression_has_nothing_beside_it() {
    let sole = |text: &str| sole_expression(&parse_template(text)).is_some();
    assert!(sole("{{ a }}"));
    assert!(sole("{{- a.b[0] -}}"));
    assert!(!sole(" {{ a }}"));
    assert!(!sole("{{ a }}\n"));
    assert!(!sole("{{ a }}{{ b }}"));
}

#[test]
fn only_paths_are_included() {
    let includes = |text: &str| {
        let parts = parse_template(text).parts;
        parts
            .into_iter()
            .filter_map(|it| if let Part::Include { path, .. } = it { Some(path) } else { None })
            .collect::<Vec<_>>()
    };
    assert_eq!(includes("{{ file: a/b.md }}"), ["a/b.md"]);
    assert_eq!(includes("{{FILE:a.md}} x {{file : my notes.txt}}"), ["a.md", "my notes.txt"]);
    assert_eq!(includes("<< prompts/a.md >> and <<b.txt>>"), ["prompts/a.md", "b.txt"]);
    assert_eq!(includes("cat << EOF >> out\n<< path >>\n1 << 2 >> 3"), [""; 0]);
    assert_eq!(includes("{{ file }} {{ file.name }}"), [""; 0]);
}

#[test]
fn auto_tags_are_found_with_their_attributes() {
    let text = r#"<AUTO type="integer" min='1'>How many of {{ x }}?</AUTO>"#;
    let [tag] = auto::find(text).try_into().unwrap();
    let AutoTag { span, attributes, body, nested, close } = tag;
    assert_eq!((span, close, nested.len()), (Span::new(0, text.len() as u32), Close::Tag, 0));
    assert_eq!(text.get(body.range()), Some("How many of {{ x }}?"));
    let attributes: Vec<_> = attributes
        .iter()
        .map(|it| (it.name.as_str(), text.get(it.value_span.range()).unwrap()))
        .collect();
    assert_eq!(attributes, [("type", "integer"), ("min", "1")]);
}

#[test]
fn auto_tags_nest_span_lines_and_may_be_bare() {
    let closes = |text: &str| {
        auto::find(text).iter().map(|it| (it.close, it.nested.len())).collect::<Vec<_>>()
    };
    assert_eq!(
        closes("<AUTO>a <AUTO>b</AUTO>\nc</AUTO> <AUTO>d</AUTO>"),
        [(Close::Tag, 1), (Close::Tag, 0)]
    );
    assert_eq!(closes(" <AUTO>\n"), [(Close::Bare, 0)]);
    assert_eq!(closes("<AUTO task=\"x\">"), [(Close::Bare, 0)]);
    assert_eq!(closes("<AUTO>never ended"), [(Close::Missing, 0)]);
    assert_eq!(closes("<AUTOMATIC> <auto> </AUTO>"), []);
}

#[test]
fn spans_nest_where_names_are_missing() {
    for text in [
        "{%filter  {{",
        "{% filter  %}",
        "{%filter%}",
        "{{ x |  }}",
        "{{ x is  }}",
        "{% set x |  %}",
    ] {
        check_spans(text);
    }
}
