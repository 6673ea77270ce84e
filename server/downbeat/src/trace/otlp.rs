//! Spans to a collector, by the OpenTelemetry protocol over HTTP. The usual variables of the environment say where
//! (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_HEADERS`, ...).

use std::io;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::{
    Resource,
    trace::{SdkTracer, SdkTracerProvider},
};
use tracing::Subscriber;
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::registry::LookupSpan;

/// Sends spans. Dropped, it sends what is left.
#[derive(Debug)]
pub(super) struct Exporter {
    provider: SdkTracerProvider,
}

impl Exporter {
    /// `None` where the environment names no collector.
    ///
    /// # Errors
    /// What it names cannot be used.
    pub(super) fn from_environment() -> io::Result<Option<Self>> {
        let named = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
        if named.iter().all(|name| std::env::var_os(name).is_none()) {
            return Ok(None);
        }
        tools::choose_cryptography();
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .build()
            .map_err(io::Error::other)?;
        let resource = Resource::builder().with_service_name("downbeat").build();
        let provider = SdkTracerProvider::builder()
            .with_resource(resource)
            .with_batch_exporter(exporter)
            .build();
        Ok(Some(Self { provider }))
    }

    pub(super) fn layer<S: Subscriber + for<'l> LookupSpan<'l>>(
        &self,
    ) -> OpenTelemetryLayer<S, SdkTracer> {
        tracing_opentelemetry::layer().with_tracer(self.provider.tracer("downbeat"))
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        // A collector that is gone must not change how the run ended.
        let _ = self.provider.shutdown();
    }
}
