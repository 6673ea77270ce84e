//! `visualization`: draws charts.

use crate::catalogue::{
    Envelope, Operation, Signature,
    Type::{Any, Integer, List, Path, Text},
    build::{READS_AND_WRITES, field, parameter},
};

/// See the module.
pub static VISUALIZATION: Signature = Signature {
    name: "visualization",
    aliases: &[],
    doc: "Draws charts of a table and puts charts together on one page.\n\n\
        ```yaml\n\
        - id: charts\n  tool: visualization\n  action: create_charts\n  parameters:\n    data: \"{{ totals.processed_data.data }}\"\n    chart_types: [bar, line]\n    output_dir: output/charts\n\
        ```",
    operations: &[
        Operation {
            name: "create_charts",
            doc: "Draws a chart of each of `chart_types` from `data`.",
            required: &["data"],
            result: &[
                field("charts", List, "The files of the charts."),
                field("output_dir", Path, "Where they are."),
                field("chart_types", List, "Which charts were drawn."),
            ],
            effects: READS_AND_WRITES,
        },
        Operation {
            name: "create_dashboard",
            doc: "Puts `charts` together on one page.",
            required: &["charts"],
            result: &[
                field("url", Path, "The page."),
                field("dashboard_path", Path, "The page."),
                field("charts_included", Integer, "How many charts are on it."),
                field("layout", Text, "How it is laid out."),
            ],
            effects: READS_AND_WRITES,
        },
        Operation {
            name: "export_figures",
            doc: "Draws `charts` anew in another `format`: PNG and SVG files of `create_charts` know their data.",
            required: &["charts"],
            result: &[
                field("exported_files", List, "The files that were written."),
                field("formats", List, "Their formats."),
                field("output_dir", Path, "Where they are."),
            ],
            effects: READS_AND_WRITES,
        },
    ],
    default_operation: None,
    parameters: &[
        parameter("action", Text, "The operation, where the step's own `action` does not name it.")
            .one_of(&["create_charts", "create_dashboard", "export_figures"]),
        parameter("data", Any, "The table: a list of maps, a map of columns, or JSON or CSV text or a file with it."),
        parameter("chart_types", List, "Which charts: `line`, `bar`, `scatter`, `histogram`, `pie`, `heatmap`; `auto` chooses.")
            .or(r#"["auto"]"#),
        parameter("output_dir", Path, "The folder for the files; `output/charts`, `output` for a page, `output/exports`."),
        parameter("title", Text, "The heading."),
        parameter("layout", Text, "How a page is laid out.")
            .one_of(&["grid", "vertical", "horizontal"])
            .or(r#""grid""#),
        parameter("charts", List, "The charts to put together or export."),
        parameter("format", Any, "The format of the files, or a list of them: `png`, `svg`, `pdf`, `html`.")
            .or(r#""png""#),
        parameter("width", Integer, "Width of a chart in pixels.").at_least(50.0).or("800"),
        parameter("height", Integer, "Height of a chart in pixels.").at_least(50.0).or("600"),
        parameter("theme", Text, "The colours.")
            .one_of(&["default", "dark", "seaborn"])
            .or(r#""seaborn""#),
    ],
    result: &[
        field("files", List, "The files that were written."),
        field("count", Integer, "How many."),
    ],
    envelope: Envelope::Wrapped,
    effects: READS_AND_WRITES,
    primary: Some("files"),
};
