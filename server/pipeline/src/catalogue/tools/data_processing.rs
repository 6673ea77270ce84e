//! `data-processing`: works on tables and other structured data.

use crate::catalogue::{
    Envelope, Field, Operation, Parameter, Signature,
    Type::{Any, Bool, Integer, List, Map, Text},
    build::{READS, field, parameter},
};

const ACTION: Field = field("action", Text, "The operation that was done.");
const DATA: Field = field("data", Any, "The data afterwards.");
const SHAPE: &[Field] = &[field("rows", Integer, "Rows."), field("columns", Integer, "Columns.")];

const fn processed(fields: &'static [Field]) -> Field {
    field("processed_data", Map, "What came out, with `data` and the facts of the operation.")
        .of(fields)
}

/// The operations, shared with the action `process`.
pub(in crate::catalogue) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "convert",
        doc: "Turns data into text of `output_format`.",
        required: &["data"],
        result: &[processed(&[
            ACTION,
            field("target_format", Text, "The format of `data`."),
            DATA,
            field("original_type", Text, "What the data was: `list`, `dict`, `str`, ..."),
        ])],
        effects: READS,
    },
    Operation {
        name: "filter",
        doc: "Keeps the rows that match `operation.criteria` (a map of field and value).",
        required: &["data"],
        result: &[processed(&[
            ACTION,
            field("criteria", Map, "What was asked for."),
            DATA,
            field("original_count", Integer, "Rows before."),
            field("filtered_count", Integer, "Rows that stayed."),
        ])],
        effects: READS,
    },
    Operation {
        name: "aggregate",
        doc: "Groups rows by `group_by` and computes `aggregations`: \
            `{total: {column: price, function: sum}}` or `{price: sum}`.",
        required: &["data"],
        result: &[processed(&[
            ACTION,
            DATA,
            field(
                "row_count",
                Integer,
                "Groups; without `group_by`, `data` is `{count, aggregations}`.",
            ),
        ])],
        effects: READS,
    },
    Operation {
        name: "transform",
        doc: "Applies steps in order, from `operations`, `operation.transformations` or `transform_spec`: `filter`, \
            `aggregate`, `rename_fields`, `add_field`, `deduplicate`, `cast`, `fill_missing`, `calculate`.",
        required: &["data"],
        result: &[processed(&[
            ACTION,
            field("transformations", List, "The steps that were applied."),
            DATA,
            field("row_count", Integer, "Rows afterwards."),
        ])],
        effects: READS,
    },
    Operation {
        name: "profile",
        doc: "Describes every column: type, missing and distinct values, range, mean, outliers.",
        required: &["data"],
        result: &[processed(&[
            ACTION,
            field("data", Map, "The facts below as one map."),
            field("row_count", Integer, "Rows."),
            field("column_count", Integer, "Columns."),
            field("duplicate_rows", Integer, "Rows that repeat an earlier one."),
            field("columns", Map, "A map from column to its facts."),
        ])],
        effects: READS,
    },
    Operation {
        name: "pivot",
        doc: "Makes a table with the values of `index` as rows and those of `columns` as columns; \
            `aggfunc` joins `values` that fall together.",
        required: &["data", "index", "values"],
        result: &[processed(&[ACTION, DATA, field("row_count", Integer, "Rows of the table.")])],
        effects: READS,
    },
    Operation {
        name: "clean",
        doc: "Drops repeated rows, deals with missing values and, if asked, with outliers.",
        required: &["data"],
        result: &[processed(&[
            ACTION,
            DATA,
            field("original_shape", Map, "Size before.").of(SHAPE),
            field("cleaned_shape", Map, "Size afterwards.").of(SHAPE),
            field("rows_removed", Integer, "Rows that went."),
        ])],
        effects: READS,
    },
    Operation {
        name: "merge",
        doc: "Brings `datasets` (each `{name, data}`) together: one below the other, or joined on a field.",
        required: &["datasets"],
        result: &[processed(&[
            ACTION,
            DATA,
            field("datasets_merged", Integer, "How many came together."),
            field("total_rows", Integer, "Rows afterwards."),
            field("total_columns", Integer, "Columns afterwards."),
            field("columns", List, "Names of the columns."),
        ])],
        effects: READS,
    },
];

/// The parameters, shared with the action `process`.
pub(in crate::catalogue) const PARAMETERS: &[Parameter] = &[
    parameter("action", Text, "The operation, where the step's own `action` does not name it.")
        .one_of(&["convert", "filter", "aggregate", "transform", "profile", "pivot", "clean", "merge"]),
    parameter("data", Any, "A list of maps, a map, text of `format`, or the path of a file.").also(&["input_data"]),
    parameter("format", Text, "What `data` is when it is text.")
        .or(r#""json""#)
        .one_of(&["json", "csv", "tsv", "yaml", "text"])
        .also(&["input_format"]),
    parameter("output_format", Text, "What comes out; as `format` when absent.").one_of(&["json", "csv", "tsv", "yaml", "text"]),
    parameter("operation", Map, "The details of the operation, for `filter` and `transform`.").or("{}"),
    parameter("operations", List, "The steps of `transform`, in order."),
    parameter("transform_spec", Map, "From field to the expression over `data` that computes it; then `processed_data` is the map of the results."),
    parameter("group_by", List, "`aggregate`: fields whose equal values make a group."),
    parameter("aggregations", Map, "`aggregate`: what to compute for each group."),
    parameter("index", List, "`pivot`: fields that make the rows."),
    parameter("columns", List, "`pivot`: fields whose values become columns; none: the fields of `values` are the columns."),
    parameter("values", List, "`pivot`: fields to fill in."),
    parameter("aggfunc", Text, "`pivot`: how values that fall together are joined.")
        .or(r#""sum""#)
        .one_of(&["sum", "mean", "avg", "min", "max", "count", "median", "first", "last"]),
    parameter("fill_value", Any, "`pivot`: stands where there is no value.").or("0"),
    parameter("profiling_options", List, "`profile`: which facts are wanted; all when absent."),
    parameter("remove_duplicates", Bool, "`clean`: drop rows that repeat an earlier one.").or("true"),
    parameter("handle_missing", Text, "`clean`: what becomes of missing values.")
        .or(r#""drop""#)
        .one_of(&["drop", "forward_fill", "backward_fill", "interpolate", "mean", "keep"]),
    parameter("remove_outliers", Bool, "`clean`: drop rows far outside the middle half (1.5 times its width).").or("false"),
    parameter("datasets", List, "`merge`: a list of `{name, data}`."),
    parameter("merge_strategy", Text, "`merge`: `combine` and `concat` put rows below each other, `combine` says from where; `join` matches them.")
        .or(r#""combine""#)
        .one_of(&["combine", "concat", "join"]),
    parameter("join_on", Text, "`merge` with `join`: the field that must be equal; without it, rows of the same number match."),
    parameter("join_type", Text, "`merge` with `join`: which rows stay without a match.")
        .or(r#""inner""#)
        .one_of(&["inner", "left", "right", "outer"]),
    parameter("compression", Text, "Kept for files of other programs; has no effect on text formats."),
];

/// See the module.
pub static DATA_PROCESSING: Signature = Signature {
    name: "data-processing",
    aliases: &[],
    doc: "Converts, filters, groups, transforms, describes, pivots, cleans and merges tables. What comes out is in \
        `processed_data`, its rows in `processed_data.data`.\n\n\
        ```yaml\n\
        - id: active\n  tool: data-processing\n  action: filter\n  parameters:\n    data: \"{{ load.content }}\"\n    format: csv\n    operation: {criteria: {status: active}}\n\
        ```",
    operations: OPERATIONS,
    default_operation: None,
    parameters: PARAMETERS,
    result: &[],
    envelope: Envelope::Flat,
    effects: READS,
    primary: Some("processed_data"),
};
