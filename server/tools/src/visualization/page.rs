//! Charts on one HTML page that needs no other file.

use std::fmt::Write as _;

/// How the charts of a page are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Grid,
    Vertical,
    Horizontal,
}

impl Layout {
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Grid, Self::Vertical, Self::Horizontal].into_iter().find(|it| it.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::Vertical => "vertical",
            Self::Horizontal => "horizontal",
        }
    }

    fn style(self) -> &'static str {
        match self {
            Self::Grid => "display:grid;grid-template-columns:repeat(auto-fit,minmax(24rem,1fr))",
            Self::Vertical => "display:flex;flex-direction:column",
            Self::Horizontal => "display:flex;flex-direction:row;overflow-x:auto",
        }
    }
}

/// A picture for a page.
pub(super) struct Picture {
    /// What is read where the picture cannot be seen.
    pub(super) title: String,
    /// A `data:` address.
    pub(super) source: String,
}

/// The page. Nothing on it is fetched or run.
pub(super) fn page(title: &str, layout: Layout, pictures: &[Picture]) -> String {
    let title = escaped(title);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
        <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n\
        <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>\n\
        body{{font-family:sans-serif;margin:2rem;color:#262626;background:#f4f4f6}}\n\
        h1{{text-align:center;font-weight:400}}\n\
        main{{{};gap:1.5rem;justify-content:center}}\n\
        img{{max-width:100%;height:auto;background:#fff;border-radius:.4rem}}\n</style>\n</head>\n<body>\n<h1>{title}</h1>\n<main>\n",
        layout.style()
    );
    for Picture { title, source } in pictures {
        let _ = writeln!(page, "<img src=\"{source}\" alt=\"{}\">", escaped(title));
    }
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
