//! What `plan` says that a pipeline can cost, against what its run with a real model did cost.

use std::{fs, path::Path};

use serde_json::Value as Json;
use tests::{
    models::{MODEL, ModelServer},
    process::{alone, command},
    workspace::Workspace,
};

const PIPELINE: &str = "\
name: costs
personalities:
  clerk: {system_prompt: You are a clerk who writes down what is needed and nothing else.}
steps:
  - {id: short, action: generate, parameters: {prompt: hi, max_tokens: 8}}
  - {id: foreign, prompt: 今日は。お元気ですか。, parameters: {max_tokens: 8}}
  - {id: clerk, personality: clerk, prompt: Say hello., parameters: {max_tokens: 8}}
  - id: shaped
    action: generate_structured
    on_failure: continue
    parameters: {prompt: Name a town., schema: {town: string, people: integer}, max_tokens: 40}
  - id: scored
    prompt: How good is rain?
    on_failure: continue
    vars: [{score: float between 0 and 1}, {verdict: 'one of good, bad'}]
    parameters: {max_tokens: 40}
  - {id: looked, action: analyze_text, parameters: {text: Rain fell., analysis_type: sentiment, max_tokens: 8}}
  - {id: again, prompt: 'Once more: {{ short.result }}', parameters: {max_tokens: 8}}
  - id: thrice
    for_each: [a, b, c]
    steps:
      - {id: each, prompt: 'Spell {{ item }}', parameters: {max_tokens: 8}}
  - id: unseen
    tool: image-analysis
    on_failure: continue
    parameters: {image: nothing.png, analysis_type: describe}
";

fn said(folder: &Path, arguments: &[&str], variables: &[(&str, String)]) -> Json {
    let mut command = command(folder, arguments);
    alone(&mut command, folder).envs(variables.iter().map(|(name, value)| (name, value)));
    let output = command.output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).expect(&error)
}

fn declares(server: &ModelServer) -> Workspace {
    let workspace = Workspace::with("p.yaml", &format!("model: shed:{MODEL}\n{PIPELINE}"));
    let servers = format!("providers:\n  shed: {{url: '{}'}}\n", server.url());
    fs::write(workspace.path().join("models.yaml"), servers).unwrap();
    workspace
}

#[test]
fn no_step_costs_more_than_the_plan_says() {
    let Some(server) = ModelServer::shared("no_step_costs_more_than_the_plan_says") else { return };
    let workspace = declares(server);
    let folder = workspace.path();
    let file = folder.join("models.yaml");
    let prices = format!(
        "models:\n  - {{source: shed, name: {MODEL}, max_tokens: 512, input_price: 2, output_price: 8}}\n{}",
        fs::read_to_string(&file).unwrap()
    );
    fs::write(&file, prices).unwrap();
    let plan = said(&folder, &["plan", "p.yaml", "--format", "json"], &[]);
    let run = said(&folder, &["run", "p.yaml", "--json", "--no-cache"], &[]);
    let most = plan["cost"]["steps"].as_array().unwrap();
    assert_eq!(most.len(), 9, "{plan:#}");
    for step in most {
        let path = step["step"].as_str().unwrap();
        let records = match path.split_once('.') {
            None => vec![&run["steps"][path]],
            Some((around, id)) => {
                let rounds = run["steps"][around]["iterations"].as_array().unwrap();
                rounds.iter().map(|it| &it["steps"][id]).collect()
            }
        };
        let cost = |it: &&Json| it["usage"]["cost"].as_f64().unwrap_or_else(|| panic!("{it:#}"));
        let (most, used) =
            (step["dollars"].as_f64().unwrap(), records.iter().map(cost).sum::<f64>());
        assert!(used <= most, "{path} used {used}, and at most {most} were foretold: {records:#?}");
        assert_eq!(used > 0.0, path != "unseen", "{records:#?}");
        assert!(records.iter().all(|it| it["usage"]["untold_calls"].is_null()), "{records:#?}");
    }
    let (most, used) = (plan["cost"]["dollars"].as_f64(), run["usage"]["cost"].as_f64());
    assert!(used <= most && used > Some(0.0), "{used:?} of {most:?}");
}

#[test]
fn what_runs_on_this_machine_is_foretold_to_cost_nothing() {
    let name = "what_runs_on_this_machine_is_foretold_to_cost_nothing";
    let Some(server) = ModelServer::shared(name) else { return };
    let workspace = declares(server);
    let folder = workspace.path();
    let plan = |model: &str, variables: &[(&str, String)]| {
        fs::write(folder.join("p.yaml"), format!("model: {model}\n{PIPELINE}")).unwrap();
        let plan = said(&folder, &["plan", "p.yaml", "--format", "json"], variables);
        plan["cost"]["dollars"].as_f64()
    };
    // By the address in `models.yaml`, by that of a variable, by a name that only its server knows; and not elsewhere.
    assert_eq!(plan(&format!("shed:{MODEL}"), &[]), Some(0.0));
    assert_eq!(plan(&format!("llamacpp:{MODEL}"), &server.variables()), Some(0.0));
    assert_eq!(plan(MODEL, &server.variables()), Some(0.0));
    assert_eq!(plan("ollama:not-running", &[]), Some(0.0));
    let elsewhere = [("OLLAMA_BASE_URL", "http://models.invalid:11434".to_owned())];
    assert_eq!(plan("ollama:not-running", &elsewhere), None);
    assert_eq!(plan("dartmouth:anything", &[]), None);
}
