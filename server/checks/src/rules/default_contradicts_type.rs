use pipeline::{Data, Input};

use crate::{facts::Whole, findings::Findings, rule::declare_rule};

declare_rule!("default-contradicts-type", Warning, "default_contradicts_type.md", Pipeline(detect));

fn detect(whole: &Whole<'_>, findings: &mut Findings) {
    for input in &whole.input.pipeline.inputs {
        let (Some(ty), Some(default)) = (&input.ty, &input.default) else { continue };
        if contradicts(&ty.value, &default.value) {
            findings.report(input.absolute(default.span), words(input, &ty.value, default.value.kind()));
        }
    }
}

/// Families of types, LANGUAGE §1.2 with the usual short forms.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Text,
    Integer,
    Number,
    Bool,
    List,
    Map,
}

/// `None`: a type that is not known contradicts nothing.
fn family(ty: &str) -> Option<Family> {
    Some(match ty.trim().to_ascii_lowercase().as_str() {
        "string" | "str" | "text" => Family::Text,
        "integer" | "int" => Family::Integer,
        "number" | "float" => Family::Number,
        "boolean" | "bool" => Family::Bool,
        "array" | "list" => Family::List,
        "object" | "dict" | "map" => Family::Map,
        _ => return None,
    })
}

fn contradicts(ty: &str, default: &Data) -> bool {
    let Some(family) = family(ty) else { return false };
    match default {
        Data::Null => false,
        Data::Text(text) => text.is_static() && family != Family::Text,
        Data::Bool(_) => family != Family::Bool,
        Data::Int(_) => !matches!(family, Family::Integer | Family::Number),
        Data::Float(number) => !(family == Family::Number || family == Family::Integer && number.fract() == 0.0),
        Data::List(_) => family != Family::List,
        Data::Map(_) => family != Family::Map,
    }
}

fn words(input: &Input, ty: &str, found: &str) -> String {
    format!("`{}` is declared as {ty}, and its default is {found}", input.name.value)
}
