use std::{fs, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value as Json, json};

use super::{
    Visualization,
    chart::{Axis, Chart, Kind, Look, Shape, Theme},
    choose,
    files::{self, Format},
    table,
};
use crate::testing::{call_in, failure, parameters, value};

fn call(folder: &Path, operation: &str, given: Json) -> engine::tool::Call {
    let mut call = call_in(folder, parameters(given));
    call.operation = Some(operation.to_owned());
    call
}

fn done(folder: &Path, operation: &str, given: Json) -> Json {
    value(&Visualization, call(folder, operation, given))["result"].clone()
}

fn refused(folder: &Path, operation: &str, given: Json, words: &str) {
    let failure = failure(&Visualization, call(folder, operation, given));
    assert!(failure.message.contains(words), "{}", failure.message);
}

fn sales() -> Json {
    let regions = ["North", "South", "East", "West"];
    let row = |at: usize| {
        json!({
            "order_id": at,
            "date": format!("2026-{:02}-{:02}", 1 + at / 28, 1 + at % 28),
            "region": regions[at % 4],
            "revenue": 100.0 + (at * 37 % 90) as f64,
            "units_sold": 10 + at * 7 % 23,
            "rate": (at % 10) as f64 / 10.0,
        })
    };
    (0..56).map(row).collect()
}

/// The chart of the table, drawn nowhere yet.
fn chart(kind: Kind, data: &Json) -> Result<Chart, String> {
    let folder = tempfile::tempdir().unwrap();
    let call = call_in(folder.path(), parameters(json!({})));
    let table = table::read(&call.place, data)?;
    let look = Look { width: 640, height: 480, theme: Theme::Seaborn };
    choose::chart(kind, &table, look, None)
}

fn fitting(data: &Json) -> Vec<&'static str> {
    let folder = tempfile::tempdir().unwrap();
    let call = call_in(folder.path(), parameters(json!({})));
    let table = table::read(&call.place, data).unwrap();
    choose::fitting(&table).into_iter().map(Kind::name).collect()
}

#[test]
fn each_kind_is_a_file_of_its_size_with_something_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let answer = done(
        folder.path(),
        "create_charts",
        json!({ "data": sales(), "width": 320, "height": 240, "output_dir": "out/charts/" }),
    );
    let kinds = ["line", "bar", "scatter", "histogram", "pie", "heatmap"];
    assert_eq!(answer["chart_types"], json!(kinds));
    assert_eq!(answer["count"], 6);
    assert_eq!(answer["output_dir"], "out/charts");
    for (path, kind) in answer["charts"].as_array().unwrap().iter().zip(kinds) {
        let path = path.as_str().unwrap();
        assert!(path.starts_with(&format!("out/charts/{kind}_chart_")), "{path}");
        let file = fs::File::open(folder.path().join(path)).unwrap();
        let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((frame.width, frame.height), (320, 240));
        let colours: std::collections::BTreeSet<&[u8]> = pixels.chunks(3).collect();
        assert!(colours.len() > 20, "{kind}: {} colours", colours.len());
    }
}

#[test]
fn the_same_data_is_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let given = || json!({ "data": sales(), "chart_types": ["bar"] });
    let one = done(folder.path(), "create_charts", given());
    let bytes = fs::read(folder.path().join(one["files"][0].as_str().unwrap())).unwrap();
    let again = done(folder.path(), "create_charts", given());
    assert_eq!(one, again);
    assert_eq!(fs::read(folder.path().join(again["files"][0].as_str().unwrap())).unwrap(), bytes);
    let other = done(
        folder.path(),
        "create_charts",
        json!({ "data": sales(), "chart_types": "bar", "theme": "dark" }),
    );
    assert_ne!(one["charts"], other["charts"]);
}

#[test]
fn a_chart_says_what_it_shows() {
    let title = |kind| chart(kind, &sales()).unwrap().title;
    assert_eq!(title(Kind::Line), "Revenue, Units sold over time");
    assert_eq!(title(Kind::Bar), "Revenue by Region");
    assert_eq!(title(Kind::Scatter), "Units sold over Revenue");
    assert_eq!(title(Kind::Histogram), "Distribution of Revenue");
    assert_eq!(title(Kind::Pie), "Revenue by Region");
    assert_eq!(title(Kind::Heatmap), "Correlations");
}

#[test]
fn kinds_are_chosen_by_what_the_columns_hold() {
    assert_eq!(
        fitting(&json!([{"id": 1, "value": 100, "category": "A"}])),
        ["bar", "histogram", "pie"]
    );
    assert_eq!(fitting(&json!([{"x": 1, "y": 2}])), ["scatter", "histogram"]);
    assert_eq!(fitting(&json!("name,amount\na,$1,000\nb,2")), ["bar", "histogram", "pie"]);
    assert_eq!(fitting(&json!([{"when": "2026-01-01", "n": 1}])), ["line", "histogram"]);
    assert_eq!(fitting(&json!([{"released_date": "soon"}])), ["bar"]);
}

#[test]
fn tables_come_in_many_forms() {
    let bars = |data: Json| match chart(Kind::Bar, &data).unwrap().shape {
        Shape::Bars { bars, .. } => bars,
        other => panic!("{other:?}"),
    };
    let expected = vec![("b".to_owned(), 5.0), ("a".to_owned(), 3.0)];
    for data in [
        json!([{"name": "a", "value": 1}, {"name": "b", "value": 5}, {"name": "a", "value": 2}]),
        json!({"name": ["a", "b"], "value": [3, 5]}),
        json!({"a": 3, "b": 5}),
        json!({"records": [{"name": "a", "value": "3"}, {"name": "b", "value": 5}]}),
        json!("name,value\na,3\nb,5\n"),
        json!("[{\"name\": \"a\", \"value\": 3}, {\"name\": \"b\", \"value\": 5}]"),
        json!("[{'name': 'a', 'value': 3}, {'name': 'b', 'value': 5}]"),
        json!([{"name": "a", "value": 3}, {"name": "b", "value": 5}, {"name": "c", "value": null}]),
    ] {
        assert_eq!(bars(data.clone()), expected, "{data}");
    }
    assert_eq!(bars(json!([4, 2])), vec![("1".to_owned(), 4.0), ("2".to_owned(), 2.0)]);
}

#[test]
fn lines_run_in_the_order_of_time_and_leave_gaps() {
    let data = json!([
        {"day": "2026-02-01", "n": 3}, {"day": "2026-01-01", "n": 1}, {"day": "2026-01-15", "n": null},
    ]);
    let Shape::Lines { x, lines } = chart(Kind::Line, &data).unwrap().shape else { panic!() };
    assert_eq!(x, Axis::Moments);
    let heights: Vec<Option<f64>> = lines[0].points.iter().map(|(_, y)| *y).collect();
    assert_eq!(heights, [Some(1.0), None, Some(3.0)]);
}

#[test]
fn bins_hold_every_value_once() {
    for values in [vec![1.0], vec![2.0, 2.0], (0..1000).map(f64::from).collect()] {
        let data = json!(values);
        let Shape::Histogram { edges, counts, .. } = chart(Kind::Histogram, &data).unwrap().shape
        else {
            panic!()
        };
        assert_eq!(counts.iter().sum::<u64>(), values.len() as u64);
        assert_eq!(edges.len(), counts.len() + 1);
        assert!(edges.is_sorted());
    }
}

#[test]
fn correlations_are_pearsons() {
    let data = json!({"a": [1, 2, 3], "b": [2, 4, 6], "c": [3, 2, 1], "d": [7, 7, 7]});
    let Shape::Heat { cells, .. } = chart(Kind::Heatmap, &data).unwrap().shape else { panic!() };
    assert_eq!(cells[0], [Some(1.0), Some(1.0), Some(-1.0), None]);
}

#[test]
fn small_slices_become_one() {
    let mut data: Vec<Json> = vec![json!({"kind": "large", "n": 1000})];
    data.extend((0..20).map(|at| json!({"kind": format!("small {at}"), "n": 1})));
    let Shape::Slices { slices } = chart(Kind::Pie, &Json::Array(data)).unwrap().shape else {
        panic!()
    };
    assert_eq!(slices, [("large".to_owned(), 1000.0), ("Other".to_owned(), 20.0)]);
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let case = |given, words| refused(folder.path(), "create_charts", given, words);
    case(json!({}), "needs `data`");
    case(json!({"data": []}), "no row to draw");
    case(json!({"data": [1, {"a": 2}]}), "row 0 of the data is no map");
    case(json!({"data": [{"a": "x"}], "chart_types": ["scatter"]}), "two columns of numbers");
    case(json!({"data": [{"k": "a", "n": -1}], "chart_types": ["pie"]}), "not below 0");
    case(json!({"data": [{"a": 1}], "chart_types": ["donut"]}), "`donut` is no type of chart");
    case(json!({"data": [{"a": 1}], "format": "bmp"}), "`format` is `bmp`");
    case(json!({"data": [{"a": 1}], "width": 1_000_000}), "50 to 4000 pixels");
    case(json!({"data": [{"a": 1}], "theme": "pink"}), "default, dark or seaborn");
    case(json!({"data": [{"a": 1}], "output_dir": "../out"}), "out");
    assert!(!folder.path().join("../out").exists());
    refused(folder.path(), "create_dashboard", json!({"charts": []}), "names no chart");
    refused(folder.path(), "create_dashboard", json!({"charts": ["none.png"]}), "none.png");
    refused(folder.path(), "draw", json!({}), "no operation");
}

#[test]
fn charts_stand_together_on_one_page() {
    let folder = tempfile::tempdir().unwrap();
    let drawn =
        done(folder.path(), "create_charts", json!({"data": sales(), "format": ["png", "svg"]}));
    let charts = drawn["charts"].as_array().unwrap().len();
    let given =
        json!({"charts": drawn["charts"].to_string(), "title": "<Sales>", "layout": "vertical"});
    let answer = done(folder.path(), "create_dashboard", given);
    assert_eq!(answer["charts_included"], charts);
    let page = fs::read_to_string(folder.path().join(answer["url"].as_str().unwrap())).unwrap();
    assert_eq!(page.matches("<img ").count(), charts);
    assert!(page.contains("<title>&lt;Sales&gt;</title>") && !page.contains("<Sales>"));
    assert!(page.contains("flex-direction:column"));
}

#[test]
fn a_chart_is_drawn_anew_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let drawn = done(
        folder.path(),
        "create_charts",
        json!({"data": sales(), "chart_types": ["bar"], "format": ["png", "svg"], "title": "Y </metadata> Z"}),
    );
    let read = |path: &str| fs::read(folder.path().join(path)).unwrap();
    for path in drawn["charts"].as_array().unwrap() {
        let given =
            json!({"charts": [path], "format": "png, svg, pdf, html", "output_dir": "again"});
        let answer = done(folder.path(), "export_figures", given);
        let stem = Path::new(path.as_str().unwrap()).file_stem().unwrap().to_str().unwrap();
        let expected: Vec<String> =
            ["png", "svg", "pdf", "html"].map(|it| format!("again/{stem}.{it}")).to_vec();
        assert_eq!(answer["exported_files"], json!(expected));
        assert_eq!(read(&expected[0]), read(drawn["charts"][0].as_str().unwrap()));
        assert_eq!(read(&expected[1]), read(drawn["charts"][1].as_str().unwrap()));
        assert!(read(&expected[2]).starts_with(b"%PDF-"));
        assert!(read(&expected[3]).starts_with(b"<!DOCTYPE html>"));
    }
    fs::write(folder.path().join("mine.svg"), "<svg></svg>").unwrap();
    refused(
        folder.path(),
        "export_figures",
        json!({"charts": ["mine.svg"]}),
        "cannot be drawn anew",
    );
}

#[test]
fn a_file_cannot_ask_for_any_size() {
    let folder = tempfile::tempdir().unwrap();
    let mut huge = chart(Kind::Bar, &sales()).unwrap();
    huge.look.width = u32::MAX;
    let carried = STANDARD.encode(serde_json::to_vec(&huge).unwrap());
    let svg = format!("<svg><metadata id=\"downbeat-chart\">{carried}</metadata></svg>");
    fs::write(folder.path().join("huge.svg"), svg).unwrap();
    refused(
        folder.path(),
        "export_figures",
        json!({"charts": ["huge.svg"]}),
        "cannot be drawn anew",
    );
}

#[test]
fn names_of_strangers_break_no_svg() {
    let data = json!([{"name": "<script>alert(1)</script>", "n": 1}, {"name": "a & b", "n": 2}]);
    let svg = files::render(&chart(Kind::Bar, &data).unwrap(), Format::Svg).unwrap();
    let svg = String::from_utf8(svg).unwrap();
    assert!(!svg.contains("<script>"));
    assert!(svg.contains("a &amp; b"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    #[test]
    fn any_table_is_drawn_or_refused(
        rows in proptest::collection::vec(
            (proptest::option::of(proptest::num::f64::NORMAL), ".{0,30}", proptest::num::i64::ANY),
            1..40,
        ),
        kind in 0_usize..6,
        width in 50_u32..400,
    ) {
        let data: Json = rows
            .into_iter()
            .map(|(a, name, b)| json!({"a": a, "name": name, "b": b}))
            .collect();
        let kind = [Kind::Line, Kind::Bar, Kind::Scatter, Kind::Histogram, Kind::Pie, Kind::Heatmap][kind];
        if let Ok(mut chart) = chart(kind, &data) {
            chart.look.width = width;
            proptest::prop_assert!(files::render(&chart, Format::Png).is_ok());
            proptest::prop_assert!(files::render(&chart, Format::Svg).is_ok());
        }
    }
}
