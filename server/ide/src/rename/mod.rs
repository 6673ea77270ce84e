//! Giving a thing another name, in every place at once.
//!
//! The places are those of `references`. What would come out is read again before it is offered: a name that would make
//! any place mean something else is refused.

mod included;
mod name;
mod proof;
mod spelling;

use checks::Edit;
use syntax::Span;

use crate::Snapshot;
use crate::references::{self, Thing, Use, Written};

/// Why a thing cannot have another name, in words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoRename {
    /// Lower-case, names in backticks, no full stop.
    pub reason: String,
}

/// Something that can be given another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renamable {
    /// The name under the cursor, absolute.
    pub span: Span,
    /// The name.
    pub name: String,
}

/// The name at `offset`, if it can be changed; `None` where nothing has a name of its own.
///
/// # Errors
/// Why the thing there keeps its name.
pub fn prepare_rename(snapshot: &Snapshot, offset: u32) -> Result<Option<Renamable>, NoRename> {
    let Some(here) = references::at(snapshot, offset) else { return Ok(None) };
    places(snapshot, here.thing)?;
    let name = here.thing.name(snapshot).unwrap_or_default().to_owned();
    Ok(Some(Renamable { span: here.span, name }))
}

/// The edits, by position, that give the thing at `offset` the name `new`; `None` where nothing has a name of its own.
///
/// # Errors
/// Why the thing keeps its name, or cannot have this one.
pub fn rename(snapshot: &Snapshot, offset: u32, new: &str) -> Result<Option<Vec<Edit>>, NoRename> {
    let Some(here) = references::at(snapshot, offset) else { return Ok(None) };
    let places = places(snapshot, here.thing)?;
    if here.thing.name(snapshot) == Some(new) {
        return Ok(Some(Vec::new()));
    }
    name::check(snapshot, here.thing, new)?;
    let edits = places.iter().map(|place| spelling::edit(snapshot, place, new));
    let edits: Vec<Edit> = edits.collect::<Result<_, _>>()?;
    proof::same_meaning(snapshot, &edits, new)?;
    Ok(Some(edits))
}

/// The places that change together while a name is typed, by position: none where it cannot be changed.
#[must_use]
pub fn linked(snapshot: &Snapshot, offset: u32) -> Vec<Span> {
    let Some(here) = references::at(snapshot, offset) else { return Vec::new() };
    let places = places(snapshot, here.thing).unwrap_or_default();
    places.into_iter().map(|place| place.span).collect()
}

/// All places of a thing that can be renamed.
fn places<'s>(snapshot: &'s Snapshot, thing: Thing<'s>) -> Result<Vec<Use<'s>>, NoRename> {
    name::is_free(snapshot, thing)?;
    let name = thing.name(snapshot).unwrap_or_default();
    let mut places = references::of(snapshot, thing);
    places.dedup_by_key(|place| place.span);
    for place in &places {
        let line = snapshot.document.line_of(place.span.start) + 1;
        if place.written == Written::Alias {
            return refuse(format!(
                "`{name}` is also named through a YAML alias in line {line}; write out there what the alias stands for"
            ));
        }
        if !references::is_exact(snapshot, place) {
            return refuse(match thing {
                Thing::Step(it) if it.step.key("id").is_none() => {
                    format!("`{name}` is made from the step's `name`; give the step an `id` first")
                }
                _ => format!("`{name}` is spelled in another way in line {line}"),
            });
        }
    }
    included::reads_it_not(snapshot, thing)?;
    Ok(places)
}

fn refuse<T>(reason: String) -> Result<T, NoRename> {
    Err(NoRename { reason })
}
