//! Findings drawn with the lines they speak of.

use std::{fmt, ops::Range, sync::Arc};

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity,
    SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use syntax::Span;

use super::{
    printable::printable,
    terminal::{Stream, Terminal},
};
use crate::workspace::{Lines, Source};

/// A longer place is marked as far as this, in bytes.
const MAX_MARKED: usize = 200;

/// Bytes of a line that are shown on either side of what is marked.
const MAX_BESIDE: usize = 120;

/// A text that drawings cut their lines from.
#[derive(Debug)]
pub(crate) struct Sheet {
    name: String,
    text: String,
    lines: Lines,
}

/// Something to say about a place.
#[derive(Debug)]
pub(crate) struct Drawing {
    pub(crate) code: String,
    pub(crate) severity: checks::Severity,
    pub(crate) message: String,
    pub(crate) span: Span,
    /// What stands at the marked place; empty: nothing.
    pub(crate) label: String,
    /// Other places and what stands there.
    pub(crate) related: Vec<(Span, String)>,
    pub(crate) help: Option<String>,
}

/// Draws for one stream: with colours where it takes them, as wide as it is.
pub(crate) struct Pen {
    handler: GraphicalReportHandler,
}

impl Sheet {
    pub(crate) fn new(source: &Source) -> Arc<Self> {
        let name = if &*source.name == "-" {
            "<stdin>".to_owned()
        } else {
            printable(&source.name).into_owned()
        };
        Arc::new(Self {
            name,
            text: printable(&source.text).into_owned(),
            lines: Lines::new(&source.text),
        })
    }

    /// `span` within the text, on its character boundaries, and no longer than can be shown.
    fn clamp(&self, span: Span) -> (usize, usize) {
        let start = self.text.floor_char_boundary(span.start as usize);
        let end = (span.end as usize).min(self.text.len()).min(start + MAX_MARKED);
        (start, self.text.ceil_char_boundary(end).saturating_sub(start))
    }

    /// The lines of `shown`, without what lies farther than can be shown from what is marked.
    fn cut(&self, shown: Range<usize>, marked: Range<usize>) -> Range<usize> {
        let start = shown.start.max(marked.start.saturating_sub(MAX_BESIDE));
        let end = shown.end.min(marked.end + MAX_BESIDE);
        self.text.floor_char_boundary(start)..self.text.ceil_char_boundary(end)
    }

    /// `file:line:column` of a place, from 1.
    pub(crate) fn place(&self, span: Span) -> String {
        let (start, _) = self.clamp(span);
        format!("{}:{}:{}", self.name, self.lines.line_of(start) + 1, self.column(start) + 1)
    }

    /// Characters between the start of the line and a byte offset.
    fn column(&self, offset: usize) -> usize {
        let line = self.lines.line_of(offset);
        let before = self.lines.bytes(line, line).start..offset;
        self.text.get(before).map_or(0, |before| before.chars().count())
    }
}

impl Pen {
    pub(crate) fn new(terminal: Terminal, stream: Stream) -> Self {
        let colored = terminal.colored(stream);
        let theme = GraphicalTheme {
            characters: ThemeCharacters::unicode(),
            styles: if colored { ThemeStyles::ansi() } else { ThemeStyles::none() },
        };
        let width = terminal.width(stream);
        let handler = GraphicalReportHandler::new_themed(theme).with_width(width).with_links(false);
        Self {
            handler: handler.with_context_lines(0).with_wrap_lines(true).with_break_words(false),
        }
    }

    /// The drawing as text, a blank line behind it.
    pub(crate) fn draw(&self, sheet: &Arc<Sheet>, drawing: &Drawing) -> String {
        let mut text = String::new();
        // Writing to a `String` fails only where a label lies outside its text, which `clamp` excludes.
        let _ = self.handler.render_report(&mut text, &OnSheet { sheet, drawing });
        text.push('\n');
        text
    }
}

struct OnSheet<'a> {
    sheet: &'a Arc<Sheet>,
    drawing: &'a Drawing,
}

impl fmt::Debug for OnSheet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.drawing.fmt(f)
    }
}

impl fmt::Display for OnSheet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&self.drawing.message))
    }
}

impl std::error::Error for OnSheet<'_> {}

impl miette::Diagnostic for OnSheet<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("{}[{}]", self.drawing.severity.word(), self.drawing.code)))
    }

    fn severity(&self) -> Option<Severity> {
        Some(match self.drawing.severity {
            checks::Severity::Error => Severity::Error,
            checks::Severity::Warning => Severity::Warning,
            checks::Severity::Information | checks::Severity::Hint => Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.drawing.help.as_ref().map(|help| Box::new(printable(help)) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&**self.sheet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label =
            (!self.drawing.label.is_empty()).then(|| printable(&self.drawing.label).into_owned());
        let primary =
            LabeledSpan::new_primary_with_span(label, self.sheet.clamp(self.drawing.span));
        let related = self.drawing.related.iter().map(|(span, message)| {
            LabeledSpan::new_with_span(
                Some(printable(message).into_owned()),
                self.sheet.clamp(*span),
            )
        });
        Some(Box::new(std::iter::once(primary).chain(related)))
    }
}

impl SourceCode for Sheet {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let marked = span.offset()..span.offset() + span.len();
        let first = self.lines.line_of(marked.start).saturating_sub(before);
        let inside = marked.end.saturating_sub(1).max(marked.start);
        let last = self.lines.line_of(inside).saturating_add(after).min(self.lines.count() - 1);
        let bytes = self.cut(self.lines.bytes(first, last), marked);
        let data = self.text.as_bytes().get(bytes.clone()).ok_or(MietteError::OutOfBounds)?;
        let range = SourceSpan::from(bytes);
        // The place in the heading is read without lines before it.
        let column = if before == 0 { self.column(span.offset()) } else { 0 };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            data,
            range,
            first,
            column,
            self.lines.count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use syntax::Span;

    use super::{Drawing, Pen, Sheet};
    use crate::{
        cli::terminal::{ColorChoice, Stream, Terminal, Verbosity},
        workspace::Source,
    };

    #[test]
    fn a_finding_is_drawn_with_its_lines() {
        let text =
            "steps:\n  - id: fetch\n  - id: report\n    dependencies: [fetsh] # \u{1b}[31m\n";
        let source = Source { name: "a.pipeline.yaml".into(), path: None, text: text.into() };
        let at = |word: &str| {
            let start = u32::try_from(text.find(word).unwrap()).unwrap();
            Span::new(start, start + u32::try_from(word.len()).unwrap())
        };
        let drawing = Drawing {
            code: "unknown-step".to_owned(),
            severity: checks::Severity::Error,
            message: "no step is called `fetsh`".to_owned(),
            span: at("fetsh"),
            label: String::new(),
            related: vec![(at("fetch"), "a step of nearly that name".to_owned())],
            help: Some("write `fetch`".to_owned()),
        };
        let pen = Pen::new(Terminal::new(ColorChoice::Never, Verbosity::Normal), Stream::Out);
        expect_test::expect![[r#"
            error[unknown-step]

              × no step is called `fetsh`
               ╭─[a.pipeline.yaml:4:20]
             2 │   - id: fetch
               ·         ──┬──
               ·           ╰── a step of nearly that name
             3 │   - id: report
             4 │     dependencies: [fetsh] # ?[31m
               ·                    ─────
               ╰────
              help: write `fetch`

        "#]]
        .assert_eq(&pen.draw(&Sheet::new(&source), &drawing));
    }

    #[test]
    fn long_lines_are_cut_round_what_is_marked() {
        let text = format!("a: [{}]\n", "é, ".repeat(10_000));
        let source = Source { name: "a".into(), path: None, text: text.into() };
        let drawing = Drawing {
            code: "long".to_owned(),
            severity: checks::Severity::Hint,
            message: "long".to_owned(),
            span: Span::new(20_001, 40_000),
            label: String::new(),
            related: Vec::new(),
            help: None,
        };
        let pen = Pen::new(Terminal::new(ColorChoice::Never, Verbosity::Normal), Stream::Out);
        let drawn = pen.draw(&Sheet::new(&source), &drawing);
        assert!(drawn.contains("a:1:") && drawn.len() < 2_000, "{drawn}");
    }

    #[test]
    fn places_outside_the_text_are_drawn_at_its_end() {
        let source = Source { name: "a".into(), path: None, text: "é".into() };
        let sheet = Sheet::new(&source);
        assert_eq!(sheet.clamp(Span::new(1, 9)), (0, 2));
        assert_eq!(sheet.place(Span::new(9, 9)), "a:1:2");
    }
}
