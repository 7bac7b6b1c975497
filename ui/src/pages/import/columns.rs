//! The second step: which column says what, with its first cells beside it.

use super::state::{Import, Turn};
use crate::components::{
    Column, DataTable, Menu, MenuItem, Notice, Select, Severity, TableRow, ToggleGroup, caret,
};
use protocol::data::{DateOrder, Delimiter, Encoding, ImportField, ImportRead, ImportSource};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ColumnsProps {
    pub import: Import,
    pub turn: UseReducerDispatcher<Import>,
    /// Reads the file again in another way.
    pub onread: Callback<ImportSource>,
}

#[component]
pub fn Columns(props: &ColumnsProps) -> Html {
    let (Some(read), Some(source)) = (&props.import.read, &props.import.source) else { return html!() };
    let options = &props.import.options;
    let again = |change: fn(&mut ImportSource, &ImportRead)| {
        let (mut source, onread) = ((**source).clone(), props.onread.clone());
        // What was found out stays as it is while the other is chosen.
        change(&mut source, read);
        move |put: &dyn Fn(&mut ImportSource)| {
            let mut source = source.clone();
            put(&mut source);
            onread.emit(source);
        }
    };
    let onencoding = {
        let read_again = again(|source, read| source.delimiter = source.delimiter.or(Some(read.delimiter)));
        Callback::from(move |encoding: Encoding| read_again(&|source| source.encoding = Some(encoding)))
    };
    let ondelimiter = {
        let read_again = again(|source, read| source.encoding = source.encoding.or(Some(read.encoding)));
        Callback::from(move |delimiter: Delimiter| read_again(&|source| source.delimiter = Some(delimiter)))
    };
    let ondates = {
        let turn = props.turn.clone();
        Callback::from(move |dates: DateOrder| turn.dispatch(Turn::Dates(dates)))
    };
    let ondecimal = {
        let turn = props.turn.clone();
        Callback::from(move |comma: bool| turn.dispatch(Turn::DecimalComma(comma)))
    };
    let rows: Vec<TableRow> = read.fields.iter().map(|field| field_row(field, read, props)).collect();
    let columns = vec![
        Column::new("What", "pl-w-rev"),
        Column::new("Column of the file", "pl-w-column"),
        Column::new("First cells", ""),
    ];
    html! {
        <>
            if !read.notes.is_empty() {
                <Notice severity={Severity::Warning} title="Look at this first">{ for read.notes.iter().map(|note| html! { <>{ note }<br /></> }) }</Notice>
            }
            if read.dates_unsure {
                <Notice severity={Severity::Warning} title="Day or month first?">{ "The dates in this file could be read in two ways. Choose the right one under Dates." }</Notice>
            }
            <div class="pl-import-reading">
                <Select<Encoding> label="Letters" options={Encoding::ALL.map(|one| (one, AttrValue::from(one.words()))).to_vec()} selected={Some(read.encoding)} onselect={onencoding} />
                <Select<Delimiter> label="Between cells" options={Delimiter::ALL.map(|one| (one, AttrValue::from(one.words()))).to_vec()} selected={Some(read.delimiter)} onselect={ondelimiter} />
                <Select<DateOrder> label="Dates" options={DateOrder::ALL.map(|one| (one, AttrValue::from(one.words()))).to_vec()} selected={Some(options.dates)} onselect={ondates} />
                <ToggleGroup<bool> label="Decimals" options={vec![(false, "1,284.50".into()), (true, "1.284,50".into())]} selected={options.decimal_comma} onselect={ondecimal} />
            </div>
            <DataTable label="Columns" {columns} {rows} />
        </>
    }
}

fn field_row(field: &ImportField, read: &ImportRead, props: &ColumnsProps) -> TableRow {
    let chosen = props.import.options.columns.get(&field.key).copied();
    let choose = |column: Option<u32>| {
        let (turn, key) = (props.turn.clone(), field.key.clone());
        Callback::from(move |()| turn.dispatch(Turn::Column(key.clone(), column)))
    };
    let mut items = vec![MenuItem::choice("Not in the file", chosen.is_none(), choose(None))];
    items.extend(read.columns.iter().enumerate().map(|(at, column)| {
        let at = at as u32;
        MenuItem::choice(column.heading.clone(), chosen == Some(at), choose(Some(at)))
    }));
    let column = chosen.and_then(|at| read.columns.get(at as usize));
    let words =
        column.map_or_else(|| AttrValue::from("Not in the file"), |column| column.heading.clone().into());
    let samples = column.map_or_else(String::new, |column| column.samples.join(" · "));
    let wanting = field.required && chosen.is_none();
    TableRow::new(
        field.key.clone(),
        vec![
            html! {
                <div class="pl-wrap">
                    <span class="pl-name">{ &field.title }</span>
                    if field.required { <span class="pf-v6-c-form__label-required" aria-hidden="true">{ " *" }</span><span class="pf-v6-screen-reader">{ "required" }</span> }
                    if !field.help.is_empty() { <div class="pl-small pl-subtle">{ &field.help }</div> }
                </div>
            },
            html! {
                <Menu class="pf-m-full-width" label={AttrValue::from(format!("Column of {}: {words}", field.title))} {items} full_width=true invalid={wanting}
                    toggle={caret(html! { <span class={classes!("pl-clip", column.is_none().then_some("pl-subtle"))}>{ words.clone() }</span> })} />
            },
            html! { <span class="pl-clip pl-import-samples" title={samples.clone()}><bdi>{ samples.clone() }</bdi></span> },
        ],
    )
}
