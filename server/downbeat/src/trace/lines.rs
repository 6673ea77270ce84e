//! Spans in a file: one JSON object a line, written when a span ends.

use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Map, Value as Json, json};
use tracing::{
    Id, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Record},
};
use tracing_subscriber::{
    Layer,
    layer::Context,
    registry::{LookupSpan, SpanRef},
};

/// Writes spans to a file.
#[derive(Debug)]
pub(super) struct Lines {
    file: Mutex<File>,
    /// Numbers of spans; those of the registry are used again.
    next: AtomicU64,
}

/// A span that has not ended.
struct Open {
    number: u64,
    parent: Option<u64>,
    start: f64,
    fields: Fields,
}

#[derive(Default)]
struct Fields(Map<String, Json>);

impl Lines {
    /// # Errors
    /// The file cannot be made.
    pub(super) fn new(path: &Path) -> io::Result<Self> {
        Ok(Self { file: Mutex::new(File::create(path)?), next: AtomicU64::new(1) })
    }

    fn write(&self, name: &str, open: &Open) {
        let end = now();
        let line = json!({
            "span": name,
            "id": open.number,
            "parent": open.parent,
            "start": open.start,
            "end": end,
            "duration": end - open.start,
            "fields": open.fields.0,
        });
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // A trace that cannot be written must not end the run that it is about.
        let _ = writeln!(file, "{line}");
    }
}

/// Unix seconds.
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

impl<S: Subscriber + for<'l> LookupSpan<'l>> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let number = |span: SpanRef<'_, S>| Some(span.extensions().get::<Open>()?.number);
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let open = Open {
            number: self.next.fetch_add(1, Ordering::Relaxed),
            parent: span.parent().and_then(number),
            start: now(),
            fields,
        };
        span.extensions_mut().insert(open);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        if let Some(open) = span.extensions_mut().get_mut::<Open>() {
            values.record(&mut open.fields);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        if let Some(open) = span.extensions().get::<Open>() {
            self.write(span.name(), open);
        }
    }
}

impl Fields {
    /// What is there for OpenTelemetry stands in other fields, too.
    fn put(&mut self, field: &Field, value: Json) {
        if !field.name().starts_with("otel.") {
            self.0.insert(field.name().to_owned(), value);
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.put(field, format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }
}
