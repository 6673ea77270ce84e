//! Charts as files, and charts that files carry along.

use std::io::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use engine::tool::Place;
use flate2::{Compression, write::ZlibEncoder};
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref};
use plotters::{
    backend::{BitMapBackend, SVGBackend},
    drawing::IntoDrawingArea as _,
};

use super::{Trouble, chart::Chart, draw::draw, page};
use crate::files::{read_bytes, to_read};

/// The keyword of the text in a PNG, and the id of the metadata in an SVG, that hold the chart as JSON.
const CARRIED: &str = "downbeat-chart";

/// Bytes of a carried chart that was packed.
const MOST_CARRIED: usize = 128 << 20;

/// What a chart is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Png,
    Svg,
    Pdf,
    Html,
}

impl Format {
    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::Png, Self::Svg, Self::Pdf, Self::Html].into_iter().find(|it| it.name() == name)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::Html => "html",
        }
    }
}

/// The bytes of the file.
pub(super) fn render(chart: &Chart, format: Format) -> Result<Vec<u8>, String> {
    match format {
        Format::Png => png(chart),
        Format::Svg => svg(chart).map(String::into_bytes),
        Format::Pdf => pdf(chart),
        Format::Html => {
            let picture = page::Picture {
                title: chart.title.clone(),
                source: data_url("image/svg+xml", svg(chart)?.as_bytes()),
            };
            Ok(page::page(&chart.title, page::Layout::Vertical, &[picture]).into_bytes())
        }
    }
}

fn cannot(error: impl std::fmt::Display) -> String {
    format!("the chart could not be drawn: {error}")
}

/// Red, green and blue of every pixel, row by row.
fn pixels(chart: &Chart) -> Result<Vec<u8>, String> {
    let (width, height) = (chart.look.width, chart.look.height);
    let mut pixels = vec![0; width as usize * height as usize * 3];
    let root = BitMapBackend::with_buffer(&mut pixels, (width, height)).into_drawing_area();
    draw(&root, chart).map_err(cannot)?;
    drop(root);
    Ok(pixels)
}

fn carried_text(chart: &Chart) -> Result<String, String> {
    serde_json::to_string(chart).map_err(cannot)
}

fn png(chart: &Chart) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, chart.look.width, chart.look.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.add_itxt_chunk(CARRIED.to_owned(), carried_text(chart)?).map_err(cannot)?;
    let mut writer = encoder.write_header().map_err(cannot)?;
    writer.write_image_data(&pixels(chart)?).map_err(cannot)?;
    writer.finish().map_err(cannot)?;
    Ok(bytes)
}

fn svg(chart: &Chart) -> Result<String, String> {
    let mut text = String::new();
    let root = SVGBackend::with_string(&mut text, (chart.look.width, chart.look.height))
        .into_drawing_area();
    draw(&root, chart).map_err(cannot)?;
    drop(root);
    let end = text.rfind("</svg>").ok_or_else(|| cannot("the picture has no end"))?;
    // Base64, so that no text of the data can end the element.
    let metadata = format!(
        "<metadata id=\"{CARRIED}\">{}</metadata>\n",
        STANDARD.encode(carried_text(chart)?)
    );
    text.insert_str(end, &metadata);
    Ok(text)
}

/// One page with the picture on it, a point for a pixel.
fn pdf(chart: &Chart) -> Result<Vec<u8>, String> {
    let (width, height) = (chart.look.width as f32, chart.look.height as f32);
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    // Twice as fine as the page, for print.
    let fine = Chart {
        look: super::chart::Look {
            width: chart.look.width * 2,
            height: chart.look.height * 2,
            ..chart.look
        },
        ..chart.clone()
    };
    packed.write_all(&pixels(&fine)?).map_err(cannot)?;
    let packed = packed.finish().map_err(cannot)?;
    let (catalog, pages, page, picture, content) =
        (Ref::new(1), Ref::new(2), Ref::new(3), Ref::new(4), Ref::new(5));
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(pages);
    pdf.pages(pages).kids([page]).count(1);
    let mut sheet = pdf.page(page);
    sheet.media_box(Rect::new(0.0, 0.0, width, height)).parent(pages).contents(content);
    sheet.resources().x_objects().pair(Name(b"Chart"), picture);
    sheet.finish();
    let mut image = pdf.image_xobject(picture, &packed);
    image.filter(Filter::FlateDecode);
    image.width(fine.look.width as i32).height(fine.look.height as i32);
    image.color_space().device_rgb();
    image.bits_per_component(8);
    image.finish();
    let mut strokes = Content::new();
    strokes
        .save_state()
        .transform([width, 0.0, 0.0, height, 0.0, 0.0])
        .x_object(Name(b"Chart"))
        .restore_state();
    pdf.stream(content, &strokes.finish());
    Ok(pdf.finish())
}

fn data_url(kind: &str, bytes: &[u8]) -> String {
    format!("data:{kind};base64,{}", STANDARD.encode(bytes))
}

/// A picture of the disk, to be put on a page.
pub(super) fn picture(place: &Place, path: &str) -> Result<page::Picture, Trouble> {
    let bytes = read_bytes(&to_read(place, path)?)?;
    let kind = match ending(path).as_str() {
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        _ => {
            return Err(Trouble::value(format!(
                "`{path}` cannot be put on a page: it must be a PNG, SVG, JPEG, GIF or WebP"
            )));
        }
    };
    let title = path.rsplit('/').next().unwrap_or(path).to_owned();
    Ok(page::Picture { title, source: data_url(kind, &bytes) })
}

fn ending(path: &str) -> String {
    path.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_lowercase())
}

/// The chart that a file carries along.
pub(super) fn carried(place: &Place, path: &str) -> Result<Chart, Trouble> {
    let bytes = read_bytes(&to_read(place, path)?)?;
    let text = match ending(path).as_str() {
        "png" => in_png(&bytes),
        "svg" => in_svg(&bytes),
        _ => None,
    };
    let chart = text.and_then(|text| serde_json::from_str::<Chart>(&text).ok());
    chart.filter(|chart| chart.look.is_drawable()).ok_or_else(|| {
        Trouble::value(format!(
            "`{path}` cannot be drawn anew: only PNG and SVG files that `create_charts` wrote carry their chart along"
        ))
    })
}

fn in_png(bytes: &[u8]) -> Option<String> {
    let reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().ok()?;
    let texts = &reader.info().utf8_text;
    let mut text = texts.iter().find(|text| text.keyword == CARRIED)?.clone();
    text.decompress_text_with_limit(MOST_CARRIED).ok()?;
    text.get_text().ok()
}

fn in_svg(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (_, after) = text.split_once(&format!("<metadata id=\"{CARRIED}\">"))?;
    let (held, _) = after.split_once("</metadata>")?;
    String::from_utf8(STANDARD.decode(held).ok()?).ok()
}
