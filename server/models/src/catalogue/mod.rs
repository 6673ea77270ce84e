//! What is known of models, from files: the table that was refreshed last, else what the build brings; on top of it the
//! user's `models.yaml`, then the workspace's.

mod fetch;
mod load;

pub use fetch::{Unfetched, price_list};
#[cfg(feature = "local")]
pub(crate) use fetch::{cause, is_here};
pub use load::{Catalogue, FILE, Owner, Places, Written, facts, keep, load, may_name};
