use expect_test::{Expect, expect};
use syntax::{Document, Span};

use crate::{Indent, apply, format, format_range};

/// The text laid out; it stays so when it is laid out again.
fn laid_out(text: &str) -> String {
    let once = apply(text, &format(&Document::new(text), Indent::default()).edits);
    let again = format(&Document::new(&once), Indent::default());
    assert_eq!(again.edits, [], "not stable:\n{once}");
    once
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&laid_out(text));
}

#[test]
fn indentation_and_spacing() {
    check(
        "name:   Report
inputs:
    topic:
        type:   string
        choices: [ a,b , {c:  1,\"d\":2} ]
steps:
-   id: a
    tool : terminal
    parameters:
            command:   echo  'x  y'
    dependencies:
    - b
    -   c
-   id: b
outputs: { }
",
        &expect![[r#"
            name: Report
            inputs:
              topic:
                type: string
                choices: [a, b, {c: 1, "d": 2}]
            steps:
              - id: a
                tool: terminal
                parameters:
                  command: echo  'x  y'
                dependencies:
                  - b
                  - c

              - id: b
            outputs: {}
        "#]],
    );
}

#[test]
fn steps_are_one_blank_line_apart_and_comments_stay_with_them() {
    check(
        "# The first

# Second


name: x   # says who
steps:


  # about a
  - id: a
    # of a
    action: x
    # end of a
  # about b
  - id: b



  # section

  # about c
  - id: c
    steps:
      - id: d
      - id: e
        action: y
# Back out
outputs:
  z: 1



",
        &expect![[r#"
            # The first

            # Second

            name: x   # says who
            steps:

              # about a
              - id: a
                # of a
                action: x
                # end of a

              # about b
              - id: b

              # section

              # about c
              - id: c
                steps:
                  - id: d

                  - id: e
                    action: y
            # Back out
            outputs:
              z: 1
        "#]],
    );
}

#[test]
fn text_over_several_lines_moves_with_its_key() {
    check(
        "steps:
    - id: a
      parameters:
          code: |
              def f():
                  return 1   

              f()
          folded: >-
                 one
                   two

                 three
          exact: |2
              x
             y
          quoted: \"one   
               two \\
             three   \\

           four\"
          plain: a b
             c
              d
          tag: <AUTO>Say
             it </AUTO>
          after:
               - |
                  deep
",
        &expect![[r#"
            steps:
              - id: a
                parameters:
                  code: |
                    def f():
                        return 1   

                    f()
                  folded: >-
                    one
                      two

                    three
                  exact: |2
                      x
                     y
                  quoted: "one
                       two \
                     three   \

                    four"
                  plain: a b
                     c
                      d
                  tag: <AUTO>Say
                     it </AUTO>
                  after:
                    - |
                      deep
        "#]],
    );
}

#[test]
fn brackets_over_several_lines() {
    check(
        "a:
    b: [
      one, # first
       {two: 2,
          three: 3}
    ]
    c: {
           x: [
       # inside
          1 ,
          'two
          three'

        ]
    }
",
        &expect![[r#"
            a:
              b: [
                one, # first
                {two: 2,
                  three: 3}
                ]
              c: {
                x: [
                  # inside
                  1,
                  'two
                    three'

                ]
                }
        "#]],
    );
}

#[test]
fn names_keep_the_space_before_their_colon() {
    check(
        "a: &x   1\n*x  : [ *x , *x : 2, &y : 3, ? z : 1, : 4 ]\n!!str  b:   !!str    c\n",
        &expect![[r#"
            a: &x 1
            *x : [*x, *x : 2, &y : 3, ? z: 1, : 4]
            !!str b: !!str c
        "#]],
    );
}

#[test]
fn breaks_of_lines_stay_what_they_are() {
    assert_eq!(laid_out("a:  1  \r\n\r\n\r\nb: 2"), "a: 1\r\n\r\nb: 2\r\n");
    assert_eq!(laid_out("a: |+\n  x\n\n\n"), "a: |+\n  x\n\n\n");
    assert_eq!(laid_out("a: |\n  x"), "a: |\n  x");
    assert_eq!(laid_out("a: |-\n    x"), "a: |-\n  x\n");
    assert_eq!(laid_out("\u{feff}  a: 1"), "\u{feff}a: 1\n");
    assert_eq!(laid_out(" \n\n"), "");
    assert_eq!(laid_out(""), "");
}

#[test]
fn what_cannot_be_read_stays_and_so_does_its_list() {
    let text = "name:  x
steps:
- id:  a
  action:   y
- id: b
   action: [
- id:  c
outputs:
    z:  1
";
    let formatted = format(&Document::new(text), Indent::default());
    let left: Vec<&str> = formatted.left.iter().map(|span| &text[span.range()]).collect();
    assert_eq!(left, ["- id: b\n   action: [\n"]);
    check(
        text,
        &expect![[r#"
        name: x
        steps:
        - id: a
          action: y

        - id: b
           action: [
        - id: c
        outputs:
          z: 1
    "#]],
    );
}

#[test]
fn a_range_is_whole_steps() {
    let text = "steps:\n-  id:  a\n-  id:  b\n   action:   x\n-  id:  c\n";
    let at = text.find("action").expect("it is there") as u32;
    let edits = format_range(&Document::new(text), Span::empty(at), Indent::default()).edits;
    assert_eq!(apply(text, &edits), "steps:\n-  id:  a\n- id: b\n  action: x\n\n-  id:  c\n");
}

#[test]
fn further_indentation_is_for_what_stands_below_a_key() {
    let text = "steps:\n- id: a\n  parameters:\n    code: |\n      x\n    list: [\n      1]\n";
    let edits = format(&Document::new(text), Indent::new(4)).edits;
    assert_eq!(
        apply(text, &edits),
        "steps:\n    - id: a\n      parameters:\n          code: |\n              x\n          list: [\n              1]\n"
    );
}

#[test]
fn what_is_in_order_is_not_touched() {
    let text = "name: x\nsteps:\n  - id: a\n    action:  y\n\n  - id: b\n";
    let edits = format(&Document::new(text), Indent::default()).edits;
    let at = text.find(" y").expect("it is there") as u32;
    assert_eq!(edits, [checks::Edit { span: Span::new(at, at + 1), text: String::new() }]);
}

#[test]
fn comments_in_headers_of_blocks_stay_there() {
    assert_eq!(
        laid_out("a:\n     - |1-   # why  \n       x\n     - >   # how\n         y\n"),
        "a:\n  - |1-   # why\n    x\n  - >   # how\n    y\n"
    );
}

#[test]
fn white_space_that_is_text_stays() {
    assert_eq!(
        laid_out("a:\n    b: |\n        x  \n          \n      \n        y\n    c: 1\n"),
        "a:\n  b: |\n    x  \n      \n\n    y\n  c: 1\n"
    );
}
