use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use pipeline::models::{Access, Reach};

use super::{Declared, Protocol, Providers, Surroundings};
use crate::Code;

fn providers(variables: &[(&str, &str)]) -> Arc<Providers> {
    Arc::new(Providers::new(Surroundings::of_variables(variables.iter().copied())))
}

async fn refusal(providers: &Providers, name: &str) -> (Code, String) {
    let error = providers.get(name).await.err().unwrap();
    let words = format!("{error}; {}", error.help.clone().unwrap_or_default());
    (error.code, words)
}

#[tokio::test]
async fn nothing_is_read_before_a_provider_is_wanted() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let surroundings = Surroundings {
        variables: Arc::new(move |_: &str| {
            count.fetch_add(1, Ordering::Relaxed);
            None
        }),
        ..Surroundings::of_variables::<&str, &str>([])
    };
    let providers = Providers::new(surroundings);
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    assert!(providers.get("openai").await.is_err());
    assert!(asked.load(Ordering::Relaxed) > 0);
}

#[tokio::test]
async fn a_provider_without_key_names_the_variable() {
    let none = providers(&[]);
    let (code, words) = refusal(&none, "openai").await;
    assert_eq!(code, Code::NotConfigured);
    assert!(
        words.contains("`OPENAI_API_KEY` is not set") && words.contains(".orchestrator/.env"),
        "{words}"
    );
    assert!(refusal(&none, "gemini").await.1.contains("`GOOGLE_AI_API_KEY`"));
    assert!(refusal(&none, "ollama").await.1.contains("`OLLAMA_BASE_URL`"));
    assert!(refusal(&none, "vllm").await.1.contains("`VLLM_BASE_URL`"));
    assert!(refusal(&none, "nobody").await.1.contains("`openai`"));
    let words = none.nothing_is_set_up().to_string();
    for key in [
        "OPENAI_API_KEY",
        "ANTHROPIC_API_KEY",
        "GOOGLE_AI_API_KEY",
        "HF_TOKEN",
        "DARTMOUTH_CHAT_API_KEY",
    ] {
        assert!(words.contains(key), "{words}");
    }
}

#[tokio::test]
async fn keys_and_addresses_set_providers_up() {
    let some = providers(&[
        ("OPENAI_API_KEY", "sk-1"),
        ("GEMINI_API_KEY", "g-1"),
        ("HF_TOKEN", "hf-1"),
        ("ORCHESTRATOR_SKIP_HUGGINGFACE", "true"),
        ("ANTHROPIC_BASE_URL", "http://127.0.0.1:1"),
    ]);
    for name in ["openai", "google", "gemini", "anthropic", "claude"] {
        assert!(some.get(name).await.is_ok(), "{name}");
    }
    assert!(refusal(&some, "hf").await.1.contains("ORCHESTRATOR_SKIP_HUGGINGFACE"));
    let Reach::Known(servers) = some.reach().await else { panic!("nobody looked") };
    let open: Vec<_> = servers
        .iter()
        .filter(|it| matches!(it.access, Access::Open { .. }))
        .map(|it| &*it.provider)
        .collect();
    assert_eq!(open, ["anthropic", "openai", "google"]);
}

#[tokio::test]
async fn declared_servers_stand_before_known_ones() {
    let declare = |name: &str, key: Option<&str>| Declared {
        name: name.to_owned(),
        url: "http://127.0.0.1:1".to_owned(),
        key: key.map(str::to_owned),
        protocol: Protocol::OpenAi,
        file: None,
    };
    let declared =
        vec![declare("lab", None), declare("openai", None), declare("keyed", Some("LAB_KEY"))];
    let surroundings = Surroundings { declared, ..Surroundings::of_variables::<&str, &str>([]) };
    let providers = Providers::new(surroundings);
    assert_eq!(providers.get("lab").await.unwrap().name(), "lab");
    assert!(providers.get("openai").await.is_ok());
    assert!(refusal(&providers, "keyed").await.1.contains("`LAB_KEY` is not set"));
}

#[tokio::test]
async fn a_host_that_fails_again_and_again_is_left_alone() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let providers = providers(&[("VLLM_BASE_URL", &format!("http://127.0.0.1:{port}"))]);
    let hosts = engine::limits::Hosts::default();
    let peer = providers.get_through("vllm", &hosts).await.unwrap();
    let cancel = tokio_util::sync::CancellationToken::new();
    let mut codes = Vec::new();
    for _ in 0..6 {
        codes.push(peer.models(&cancel).await.unwrap_err().code);
    }
    assert_eq!(codes[..5], [Code::Transport; 5]);
    let Code::CircuitOpen { retry_after } = codes[5] else { panic!("{codes:?}") };
    assert!(retry_after > Duration::ZERO);
}
