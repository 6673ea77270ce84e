//! Tools of the web against a server on the loopback.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use engine::tool::{Call, Failure, Transience};
use serde_json::{Value as Json, json};

use crate::{
    headless_browser::HeadlessBrowser,
    testing::{answer, call, parameters, skipped},
    web_search::WebSearch,
};

/// A running web of a few pages.
struct Web {
    child: Child,
    port: u16,
}

impl Drop for Web {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Web {
    fn start() -> Self {
        let mut child = Command::new("python3")
            .args(["-c", include_str!("web_tests.py")])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { child, port: line.trim().parse().unwrap() }
    }

    fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    /// A call that may reach this web.
    fn call(&self, given: Json) -> Call {
        let mut call = call(parameters(given));
        call.place.reachable = vec![format!("127.0.0.1:{}", self.port)];
        call
    }

    fn browse(&self, action: &str, path: &str) -> Result<Json, Failure> {
        let given = json!({ "action": action, "url": self.at(path) });
        Ok(answer(&HeadlessBrowser, self.call(given))?["result"].clone())
    }

    fn refusal(&self, path: &str) -> Failure {
        self.browse("scrape", path).unwrap_err()
    }

    fn search(&self, backend: &str, path: &str) -> Result<Json, Failure> {
        let given = json!({ "query": "tides & moon", "backend": backend, "endpoint": self.at(path), "max_results": 2 });
        Ok(answer(&WebSearch, self.call(given))?["result"].clone())
    }
}

#[test]
fn a_page_is_taken_as_people_read_it() {
    let web = Web::start();
    let page = web.browse("scrape", "moved").unwrap();
    assert_eq!(page["url"], web.at("page"));
    assert_eq!(page["title"], "Tides");
    assert_eq!(page["content"], "# Tides\n\nThe moon pulls, café.");
    assert_eq!(web.browse("scrape", "latin").unwrap()["title"], "café");
    assert_eq!(web.browse("scrape", "data").unwrap()["content"], "{\"a\": 1}");
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let web = Web::start();
    for path in ["picture", "deep", "big", "bomb", "around"] {
        let failure = web.refusal(path);
        assert_eq!(failure.error_type, "ValueError", "{path}: {}", failure.message);
        assert_eq!(failure.transience, Transience::Permanent, "{path}");
    }
    let failure =
        answer(&HeadlessBrowser, web.call(json!({ "action": "scrape", "url": "nowhere" })))
            .unwrap_err();
    assert!(failure.message.contains("`nowhere` is no address"), "{}", failure.message);
}

#[test]
fn a_status_says_whether_asking_again_may_help() {
    let web = Web::start();
    let told = |path: &str| {
        let failure = web.refusal(path);
        (failure.error_type.to_string(), failure.code, failure.transience)
    };
    let transient = |seconds: Option<u64>| Transience::Transient {
        retry_after: seconds.map(Duration::from_secs),
    };
    assert_eq!(told("nothing"), ("HTTPError".to_owned(), Some(404), Transience::Permanent));
    assert_eq!(told("busy"), ("HTTPError".to_owned(), Some(429), transient(Some(7))));
    assert_eq!(told("down"), ("HTTPError".to_owned(), Some(503), transient(None)));
}

#[test]
fn a_host_that_fails_again_and_again_is_left_alone() {
    let web = Web::start();
    let first = web.call(json!({ "action": "scrape", "url": web.at("down") }));
    let ask = |path: &str| {
        let mut call = web.call(json!({ "action": "scrape", "url": web.at(path) }));
        call.hosts = first.hosts.clone();
        answer(&HeadlessBrowser, call)
    };
    for _ in 0..5 {
        assert_eq!(ask("down").unwrap_err().code, Some(503));
    }
    let refused = ask("page").unwrap_err();
    assert_eq!(refused.error_type, "CircuitOpenError", "{}", refused.message);
    let Transience::Transient { retry_after: Some(wait) } = refused.transience else {
        panic!("{refused:?}");
    };
    std::thread::sleep(wait);
    ask("page").unwrap();
    for _ in 0..6 {
        assert_eq!(ask("nothing").unwrap_err().code, Some(404), "a host that says no is there");
    }
}

#[test]
fn whoever_does_not_answer_is_asked_again() {
    let web = Web::start();
    let mut slow = web.call(json!({ "action": "scrape", "url": web.at("slow") }));
    slow.timeout = Some(Duration::from_secs(1));
    let failure = answer(&HeadlessBrowser, slow).unwrap_err();
    assert_eq!(failure.error_type, "TimeoutError", "{}", failure.message);
    let call = web.call(json!({ "action": "scrape", "url": web.at("page") }));
    drop(web);
    let failure = answer(&HeadlessBrowser, call).unwrap_err();
    assert_eq!(failure.error_type, "ConnectionError", "{}", failure.message);
    assert_eq!(failure.transience, Transience::Transient { retry_after: None });
}

#[test]
fn a_cancelled_call_ends_at_once() {
    let web = Web::start();
    let call = web.call(json!({ "action": "scrape", "url": web.at("slow") }));
    call.cancel.cancel();
    assert_eq!(answer(&HeadlessBrowser, call).unwrap_err().error_type, "CancelledError");
}

#[test]
fn private_addresses_are_refused_whichever_way_they_come() {
    let web = Web::start();
    let refused = |url: String| {
        let given = json!({ "action": "scrape", "url": url });
        answer(&HeadlessBrowser, call(parameters(given))).unwrap_err()
    };
    for url in [
        web.at("page"),
        format!("http://localhost:{}/page", web.port),
        "http://169.254.169.254/".to_owned(),
    ] {
        let failure = refused(url.clone());
        assert_eq!(failure.error_type, "PermissionError", "{url}: {}", failure.message);
        assert!(failure.message.contains("--allow-host"), "{}", failure.message);
    }
    let behind = web.refusal("inside");
    assert_eq!(behind.error_type, "PermissionError", "{}", behind.message);
    let verified = answer(
        &HeadlessBrowser,
        call(parameters(json!({ "action": "verify", "url": web.at("page") }))),
    );
    assert_eq!(verified.unwrap_err().error_type, "PermissionError");
}

#[test]
fn an_address_is_verified_by_its_answer() {
    let web = Web::start();
    let verified = |path: &str| web.browse("verify", path).unwrap();
    assert_eq!(verified("moved")["accessible"], true);
    assert_eq!(verified("picture")["accessible"], true);
    let missing = verified("nothing");
    assert_eq!(missing["accessible"], false);
    assert!(missing["reason"].as_str().unwrap().contains("404"), "{missing}");
}

#[test]
fn search_engines_answer_with_hits() {
    let web = Web::start();
    let duck = web.search("duckduckgo", "duck").unwrap();
    assert_eq!(
        duck["results"],
        json!([
            { "title": "On tides & moon", "url": "https://example.org/tides", "snippet": "Two a day." },
            { "title": "B", "url": "https://example.com/b", "snippet": "" },
        ])
    );
    assert_eq!((&duck["total_results"], &duck["backend"]), (&json!(2), &json!("duckduckgo")));
    let searx = web.search("searxng", "").unwrap();
    assert_eq!(searx["results"][1]["title"], "About tides & moon");
    assert_eq!(searx["total_results"], 2);
    let given = json!({ "action": "search", "query": "q", "backend": "duckduckgo", "endpoint": web.at("duck") });
    let browsed = answer(&HeadlessBrowser, web.call(given)).unwrap();
    assert_eq!(browsed["result"]["results"][0]["title"], "On q");
}

#[test]
fn a_search_without_hits_differs_from_an_engine_that_is_busy() {
    let web = Web::start();
    assert_eq!(web.search("duckduckgo", "none").unwrap()["total_results"], 0);
    let busy = web.search("duckduckgo", "challenge").unwrap_err();
    assert_eq!(busy.error_type, "RateLimitError");
    assert_eq!(busy.transience, Transience::Transient { retry_after: None });
    let paid = web.search("google", "duck").unwrap_err();
    assert!(paid.message.contains("paid key"), "{}", paid.message);
    let wrong = web.search("searxng", "duck").unwrap_err();
    assert!(wrong.message.contains("404"), "{}", wrong.message);
}

#[test]
fn scripts_of_a_page_run_and_reach_nothing_private() {
    let web = Web::start();
    let page = match web.browse("scrape_js", "script") {
        Err(failure) if failure.error_type == "MissingProgramError" => {
            return skipped("scripts_of_a_page_run", &failure.message);
        }
        page => page.unwrap(),
    };
    assert_eq!((&page["title"], &page["content"]), (&json!("Loud"), &json!("written by a script")));
    assert_eq!(web.browse("scrape_js", "steals").unwrap()["content"], "blocked");
    let given = json!({ "action": "scrape_js", "url": web.at("script") });
    let refused = answer(&HeadlessBrowser, call(parameters(given))).unwrap_err();
    assert_eq!(refused.error_type, "PermissionError");
}
