//! The part of a film that a call is about, and where its pictures are.

use serde_json::{Map, Value as Json};

/// From where to where, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) start: f64,
    /// Nothing where neither the author nor the film says it.
    pub(super) end: Option<f64>,
}

impl Span {
    /// What the parameters ask for, of a film of that length.
    ///
    /// # Errors
    /// In words: there is nothing between.
    pub(super) fn of(
        parameters: &Map<String, Json>,
        duration: Option<f64>,
    ) -> Result<Self, String> {
        let number = |name: &str| parameters.get(name).and_then(Json::as_f64);
        let start = number("start_time").unwrap_or(0.0);
        if let Some(duration) = duration.filter(|it| start >= *it) {
            return Err(format!(
                "`start_time` ({start} s) is behind the end of the film ({duration:.3} s)"
            ));
        }
        let end = number("end_time");
        if let Some(end) = end.filter(|it| *it <= start) {
            return Err(format!("`end_time` ({end} s) is not behind `start_time` ({start} s)"));
        }
        let end = match (end, duration) {
            (Some(end), Some(duration)) => Some(end.min(duration)),
            (end, duration) => end.or(duration),
        };
        Ok(Self { start, end })
    }

    /// Seconds between.
    pub(super) fn length(self) -> Option<f64> {
        Some(self.end? - self.start)
    }

    /// Pictures that far apart, the first at the start.
    pub(super) fn pictures(self, interval: f64) -> Option<u64> {
        // A hundredth of a second less than a further picture is no further picture.
        let count = ((self.length()? - 0.01) / interval).ceil().max(1.0);
        Some(count as u64)
    }

    /// Where the picture of that number is.
    pub(super) fn time(self, number: usize, interval: f64) -> f64 {
        self.start + number as f64 * interval
    }

    /// Options by which ffmpeg reads only this part.
    pub(super) fn options(self) -> Vec<String> {
        let mut options = vec!["-ss".to_owned(), format!("{:.6}", self.start)];
        if let Some(length) = self.length() {
            options.extend(["-t".to_owned(), format!("{length:.6}")]);
        }
        options
    }
}

/// The filter that gives the picture that is to be seen at 0, at `interval`, at twice that, and so on.
pub(super) fn every(interval: f64) -> String {
    let micros = (interval * 1e6).round().max(1.0);
    format!("fps=fps=1000000/{micros}:start_time=0:round=up")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn span(given: Json, duration: Option<f64>) -> Result<Span, String> {
        Span::of(given.as_object().unwrap(), duration)
    }

    #[test]
    fn what_is_asked_for_within_what_there_is() {
        let all = span(json!({}), Some(5.0)).unwrap();
        assert_eq!(all, Span { start: 0.0, end: Some(5.0) });
        assert_eq!(all.pictures(1.0), Some(5));
        assert_eq!(all.pictures(0.5), Some(10));
        assert_eq!(all.pictures(2.0), Some(3));
        assert_eq!(all.pictures(60.0), Some(1));
        let part = span(json!({ "start_time": 2, "end_time": 90 }), Some(5.0)).unwrap();
        assert_eq!(part.length(), Some(3.0));
        assert_eq!(part.time(3, 0.5), 3.5);
        assert_eq!(span(json!({}), None).unwrap().pictures(1.0), None);
    }

    #[test]
    fn nothing_is_an_error() {
        let behind = span(json!({ "start_time": 5 }), Some(5.0)).unwrap_err();
        assert!(behind.contains("behind the end"), "{behind}");
        let turned = span(json!({ "start_time": 3, "end_time": 3 }), Some(5.0)).unwrap_err();
        assert!(turned.contains("not behind"), "{turned}");
    }
}
