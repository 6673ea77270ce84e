//! A run as a research object: the metadata of an RO-Crate 1.1 in the profile Workflow Run Crate 0.5
//! (<https://w3id.org/ro/wfrun/workflow/0.5>), with the pipeline as its workflow.
//!
//! Nothing is stated that is not known: who ran it, and under which licence it may be used, only if the caller says so.

mod parameters;

use engine::{Document, Product, RunStatus};
use pipeline::Pipeline;
use serde_json::{Map, Value as Json, json};

use crate::words::iso;

/// The name of the metadata's file, which the specification prescribes.
pub(crate) const METADATA: &str = "ro-crate-metadata.json";

const RO_CRATE: &str = "https://w3id.org/ro/crate/1.1";
const BIOSCHEMAS_WORKFLOW: &str =
    "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE";
const BIOSCHEMAS_PARAMETER: &str = "https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE";

/// Profiles that the crate conforms to: address, name, version.
const PROFILES: [(&str, &str, &str); 3] = [
    ("https://w3id.org/ro/wfrun/process/0.5", "Process Run Crate", "0.5"),
    ("https://w3id.org/ro/wfrun/workflow/0.5", "Workflow Run Crate", "0.5"),
    ("https://w3id.org/workflowhub/workflow-ro-crate/1.0", "Workflow RO-Crate", "1.0"),
];

/// What there is to say of a run.
#[derive(Debug)]
pub(crate) struct Facts<'f> {
    pub(crate) document: &'f Document,
    pub(crate) pipeline: &'f Pipeline,
    /// Values of inputs that were given; secret ones are left out.
    pub(crate) given: &'f Map<String, Json>,
    /// Version of the program that ran it.
    pub(crate) program: &'f str,
    /// As an SPDX address or a name.
    pub(crate) licence: Option<&'f str>,
    /// What lies beside the metadata.
    pub(crate) files: &'f Files,
}

/// Files of the crate, by their paths in it.
#[derive(Debug)]
pub(crate) struct Files {
    /// The pipeline's text.
    pub(crate) pipeline: String,
    /// The run document.
    pub(crate) document: String,
    /// The report.
    pub(crate) log: String,
    /// Each product, with its path in the crate, or why it is not in it.
    pub(crate) products: Vec<(Product, Result<String, String>)>,
}

/// The metadata file's content.
pub(crate) fn metadata(facts: &Facts<'_>) -> Json {
    let mut graph = vec![descriptor(), root(facts)];
    graph.extend(profiles());
    graph.extend(workflow(facts));
    graph.push(action(facts));
    graph.extend(parameters::declared(facts));
    graph.extend(parameters::values(facts));
    graph.extend(files(facts.files));
    json!({
        "@context": [
            "https://w3id.org/ro/crate/1.1/context",
            "https://w3id.org/ro/terms/workflow-run/context"
        ],
        "@graph": graph,
    })
}

fn descriptor() -> Json {
    json!({
        "@id": METADATA,
        "@type": "CreativeWork",
        "about": id("./"),
        "conformsTo": [id(RO_CRATE), id("https://w3id.org/workflowhub/workflow-ro-crate/1.0")],
    })
}

fn root(facts: &Facts<'_>) -> Json {
    let Facts { document, files, .. } = facts;
    let included = files.products.iter().filter_map(|(_, place)| place.as_ref().ok());
    let own = [&files.pipeline, &files.document, &files.log];
    let parts: Vec<Json> = own.into_iter().chain(included).map(|path| id(&address(path))).collect();
    let name = title(facts);
    json!({
        "@id": "./",
        "@type": "Dataset",
        "name": format!("A run of {name}"),
        "description": format!("What the run {} of {name} read, left and said.", document.run),
        "datePublished": iso(document.completed_at.unwrap_or(document.started_at)),
        "license": facts.licence.unwrap_or("No licence is stated."),
        "conformsTo": PROFILES.map(|(address, ..)| id(address)),
        "hasPart": parts,
        "mainEntity": id(&address(&files.pipeline)),
        "mentions": id(&run_id(document)),
    })
}

fn title(facts: &Facts<'_>) -> String {
    let name = facts.pipeline.name.as_ref().map(|name| name.value.clone());
    name.unwrap_or_else(|| facts.document.pipeline_id.clone())
}

fn profiles() -> impl Iterator<Item = Json> {
    PROFILES.into_iter().map(|(address, name, version)| {
        json!({ "@id": address, "@type": "CreativeWork", "name": name, "version": version })
    })
}

fn workflow(facts: &Facts<'_>) -> Vec<Json> {
    let mut workflow = json!({
        "@id": address(&facts.files.pipeline),
        "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow"],
        "name": title(facts),
        "conformsTo": id(BIOSCHEMAS_WORKFLOW),
        "encodingFormat": "application/yaml",
        "programmingLanguage": id("#pipeline-language"),
        "input": parameters::inputs(facts),
        "output": parameters::outputs(facts),
        "softwareRequirements": id("#downbeat"),
    });
    if let Some(description) = &facts.pipeline.description {
        workflow["description"] = description.value.trim().into();
    }
    let language = json!({
        "@id": "#pipeline-language",
        "@type": "ComputerLanguage",
        "name": "Downbeat pipeline",
        "description": "AI pipelines written in YAML.",
    });
    let program = json!({
        "@id": "#downbeat",
        "@type": "SoftwareApplication",
        "name": "Downbeat",
        "softwareVersion": facts.program,
    });
    vec![workflow, language, program]
}

fn action(facts: &Facts<'_>) -> Json {
    let Facts { document, files, .. } = facts;
    let left = files.products.iter().enumerate().map(|(at, (_, place))| id(&product_id(at, place)));
    let result: Vec<Json> = parameters::output_values(facts).into_iter().chain(left).collect();
    let status = match document.status {
        RunStatus::Completed => Some("http://schema.org/CompletedActionStatus"),
        RunStatus::Failed | RunStatus::Cancelled | RunStatus::Interrupted => {
            Some("http://schema.org/FailedActionStatus")
        }
        RunStatus::Running | RunStatus::Paused => None,
    };
    let mut action = json!({
        "@id": run_id(document),
        "@type": "CreateAction",
        "name": format!("Run {}", document.run),
        "description": format!("The pipeline ran as {} and ended as {}.", document.run, document.status.as_str()),
        "instrument": id(&address(&files.pipeline)),
        "startTime": iso(document.started_at),
        "object": parameters::input_values(facts),
        "result": result,
        "subjectOf": [id(&address(&files.document)), id(&address(&files.log))],
    });
    if let Some(status) = status {
        action["actionStatus"] = status.into();
    }
    if let Some(ended) = document.completed_at {
        action["endTime"] = iso(ended).into();
    }
    if let Some(error) = &document.error {
        action["error"] = error.as_str().into();
    }
    action
}

fn files(files: &Files) -> Vec<Json> {
    let file = |path: &str, name: &str, format: &str| json!({ "@id": address(path), "@type": "File", "name": name, "encodingFormat": format });
    let mut all = vec![
        file(&files.document, "The run document", "application/json"),
        file(&files.log, "The log of the run", "text/markdown"),
    ];
    for (at, (product, place)) in files.products.iter().enumerate() {
        let hash = format!("#hash-{}", at + 1);
        let mut entity = json!({
            "@id": product_id(at, place),
            "@type": if place.is_ok() { "File" } else { "CreativeWork" },
            "name": product.path,
            "encodingFormat": product.media_type,
            "contentSize": product.bytes.to_string(),
            "identifier": id(&hash),
            "description": format!("Left by the step {}.", product.step),
        });
        if let Err(why) = place {
            entity["description"] =
                format!("Left by the step {}. Not in this crate: {why}.", product.step).into();
        }
        all.push(entity);
        all.push(json!({
            "@id": hash, "@type": "PropertyValue", "propertyID": "blake3", "name": "BLAKE3", "value": product.blake3,
        }));
    }
    all
}

fn product_id(at: usize, place: &Result<String, String>) -> String {
    match place {
        Ok(path) => address(path),
        Err(_) => format!("#product-{}", at + 1),
    }
}

fn run_id(document: &Document) -> String {
    format!("#{}", address(&document.run))
}

fn id(address: &str) -> Json {
    json!({ "@id": address })
}

/// A path or name as a relative reference (RFC 3986).
fn address(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn addresses_hold_what_a_reference_may_hold() {
        assert_eq!(address("products/a b#é.md"), "products/a%20b%23%C3%A9.md");
        assert_eq!(address("run_1.json"), "run_1.json");
    }
}
