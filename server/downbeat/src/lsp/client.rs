//! What the client said about itself in `initialize`.

use tower_lsp_server::ls_types::{
    ClientCapabilities, InitializeParams, InsertTextMode, MarkupKind,
};

use super::encoding::Encoding;
use super::protocol::{InitializationOptions, Settings};

/// What the server may rely on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Client {
    pub(crate) encoding: Encoding,
    /// Asks for diagnostics itself; then none are pushed, since both would show twice.
    pub(crate) pulls_diagnostics: bool,
    pub(crate) refreshes_diagnostics: bool,
    pub(crate) markdown: bool,
    pub(crate) snippets: bool,
    /// Asks for the documentation of a completion when it shows it.
    pub(crate) resolves_documentation: bool,
    /// Shows words beside the label of a completion.
    pub(crate) label_details: bool,
    /// Accepts a completion when one of its characters is typed.
    pub(crate) commit_characters: bool,
    /// Takes the further lines of a completion as they are.
    pub(crate) inserts_as_is: bool,
    /// Can be told to indent them as the line at the cursor.
    pub(crate) adjusts_indentation: bool,
    pub(crate) nested_symbols: bool,
    pub(crate) definition_links: bool,
    /// Takes edits that name the version they are for.
    pub(crate) document_changes: bool,
    /// Asks whether something can be renamed before it asks for the new name.
    pub(crate) prepares_rename: bool,
    pub(crate) progress: bool,
    /// Can be told that lenses have changed.
    pub(crate) refreshes_lenses: bool,
    /// Can be asked to tell of changes of files.
    pub(crate) watches_files: bool,
    pub(crate) trust: Trust,
    pub(crate) asks: Asks,
    pub(crate) words: Words,
    /// May change later.
    pub(crate) settings: Settings,
}

/// Whether the user trusts the workspace: in one that is not, nothing runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Trust {
    Trusted,
    #[default]
    Untrusted,
}

/// Whether the client puts questions of steps to the user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Asks {
    Yes,
    #[default]
    No,
}

/// How a model's words for a pipeline come to the user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Words {
    /// Hover has them below the facts.
    #[default]
    ByHover,
    /// The client asks for them by itself.
    ByRequest,
}

impl Client {
    pub(crate) fn new(params: &InitializeParams) -> Self {
        let capabilities = &params.capabilities;
        let options = params
            .initialization_options
            .clone()
            .and_then(|options| serde_json::from_value(options).ok());
        let InitializationOptions { trusted, asks, words, settings } = options.unwrap_or_default();
        let general = capabilities.general.as_ref();
        Self {
            encoding: Encoding::choose(
                general.and_then(|general| general.position_encodings.as_deref()),
            ),
            trust: if trusted { Trust::Trusted } else { Trust::Untrusted },
            asks: if asks { Asks::Yes } else { Asks::No },
            words: if words { Words::ByRequest } else { Words::ByHover },
            settings,
            ..Self::capable(capabilities)
        }
    }

    fn capable(capabilities: &ClientCapabilities) -> Self {
        let text = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let window = capabilities.window.as_ref();
        let hover = text.and_then(|text| text.hover.as_ref());
        let completion = text.and_then(|text| text.completion.as_ref()?.completion_item.as_ref());
        let modes = completion.and_then(|item| item.insert_text_mode_support.as_ref());
        let inserts = |mode| modes.is_some_and(|modes| modes.value_set.contains(&mode));
        let symbols = text.and_then(|text| text.document_symbol.as_ref());
        Self {
            pulls_diagnostics: text.is_some_and(|text| text.diagnostic.is_some()),
            refreshes_diagnostics: workspace
                .and_then(|workspace| workspace.diagnostics.as_ref()?.refresh_support)
                .unwrap_or_default(),
            markdown: hover
                .and_then(|hover| hover.content_format.as_ref())
                .is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
            snippets: completion.and_then(|item| item.snippet_support).unwrap_or_default(),
            resolves_documentation: completion
                .and_then(|item| item.resolve_support.as_ref())
                .is_some_and(|it| it.properties.iter().any(|name| name == "documentation")),
            label_details: completion
                .and_then(|item| item.label_details_support)
                .unwrap_or_default(),
            commit_characters: completion
                .and_then(|item| item.commit_characters_support)
                .unwrap_or_default(),
            nested_symbols: symbols
                .and_then(|symbols| symbols.hierarchical_document_symbol_support)
                .unwrap_or_default(),
            inserts_as_is: inserts(InsertTextMode::AS_IS),
            adjusts_indentation: inserts(InsertTextMode::ADJUST_INDENTATION),
            definition_links: text
                .and_then(|text| text.definition.as_ref()?.link_support)
                .unwrap_or_default(),
            document_changes: workspace
                .and_then(|workspace| workspace.workspace_edit.as_ref()?.document_changes)
                .unwrap_or_default(),
            prepares_rename: text
                .and_then(|text| text.rename.as_ref()?.prepare_support)
                .unwrap_or_default(),
            refreshes_lenses: workspace
                .and_then(|workspace| workspace.code_lens.as_ref()?.refresh_support)
                .unwrap_or_default(),
            watches_files: workspace
                .and_then(|workspace| {
                    workspace.did_change_watched_files.as_ref()?.dynamic_registration
                })
                .unwrap_or_default(),
            progress: window.and_then(|window| window.work_done_progress).unwrap_or_default(),
            ..Self::default()
        }
    }
}
