//! The third step: what the import would do, and every row that stands in its way.

use crate::components::{
    Button, Column, DataTable, EmptyState, Look, Notice, Severity, StatusLabel, TableRow, Tone,
};
use crate::outside;
use crate::pages::memberships::words::plural;
use crate::toast::use_toast;
use domain::record::ImportedWhat;
use protocol::data::ImportChecked;
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct TrialProps {
    pub what: ImportedWhat,
    pub checked: Option<Rc<ImportChecked>>,
}

#[component]
pub fn Trial(props: &TrialProps) -> Html {
    let toast = use_toast();
    let Some(checked) = &props.checked else { return html!() };
    let save = {
        let (rows, toast) = (checked.problem_rows.clone(), toast);
        Callback::from(move |()| {
            let (rows, toast) = (rows.clone(), toast.clone());
            wasm_bindgen_futures::spawn_local(async move {
                if let Some(file) = rows {
                    toast.saved(outside::save_file(file).await);
                }
            });
        })
    };
    let rows: Vec<TableRow> = checked
        .problems
        .iter()
        .enumerate()
        .map(|(nth, problem)| {
            TableRow::new(
                nth.to_string(),
                vec![
                    html! { <span class="pl-num">{ problem.line }</span> },
                    html! { <bdi class="pl-clip">{ &problem.column }</bdi> },
                    html! { <bdi class="pl-wrap">{ &problem.value }</bdi> },
                    html! { <span class="pl-wrap">{ &problem.why }</span> },
                ],
            )
        })
        .collect();
    let columns = vec![
        Column::new("Line", "pl-w-bal").end(),
        Column::new("Column", "pl-w-price"),
        Column::new("Cell", "pl-w-rev"),
        Column::new("What is wrong", ""),
    ];
    let label = |count: u32, tone: Tone, icon: &'static str, words: &str| {
        html! { if count > 0 { <StatusLabel {tone} {icon} text={format!("{count} {words}")} /> } }
    };
    let shown = checked.problems.len();
    let nothing_to_do = checked.bad == 0 && checked.created + checked.changed == 0;
    html! {
        <>
            <div class="pl-row pl-import-counts" aria-label="What the import would do" role="group">
                { label(checked.created, Tone::Green, "plus-circle", "to add") }
                { label(checked.changed, Tone::Blue, "pencil-alt", "to change") }
                { label(checked.unchanged, Tone::Grey, "check-circle", "as they are") }
                { label(checked.skipped, Tone::Grey, "ban", "left out") }
                { label(checked.bad, Tone::Red, "exclamation-circle", if checked.bad == 1 { "row with a problem" } else { "rows with a problem" }) }
            </div>
            if checked.bad > 0 {
                <Notice severity={Severity::Danger} title={format!("{} to be mended first", plural(checked.bad.into(), "row has", "rows have"))}
                    actions={html! { <Button look={Look::Inline} text="Save the problem rows" onclick={save} /> }}>
                    { "Nothing was imported: a file comes in whole or not at all. Mend the rows in the file and choose it again. Saved apart, they stand there with what is wrong with each." }
                </Notice>
                <DataTable label="Problems" {columns} {rows} />
                if shown >= 200 { <p class="pl-subtle">{ "More problems stand in the file of problem rows." }</p> }
            } else if nothing_to_do {
                <EmptyState title="Everything is here already" icon="check-circle">{ "Every row of the file is as it is here. There is nothing to import." }</EmptyState>
            } else {
                <Notice severity={Severity::Success} title="Every row can be imported">
                    { format!("{} read. Nothing was changed yet.", plural(checked.rows.into(), "row", "rows")) }
                </Notice>
            }
            if !checked.notes.is_empty() && checked.created + checked.changed > 0 {
                <div class="pl-words">
                    <h2 class="pl-eyebrow">{ "What happens" }</h2>
                    { for checked.notes.iter().map(|note| html! { <div>{ note }</div> }) }
                </div>
            }
        </>
    }
}
