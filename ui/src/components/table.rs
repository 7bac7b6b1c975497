//! Tables: our own head with fixed widths, rows that take the focus, states that do not jump.
//!
//! For lists of some hundred rows; the table of members draws only the rows in sight.

use crate::components::notice::{Refusal, Skeleton};
use crate::components::text::Icon;
use protocol::ErrorReply;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub title: AttrValue,
    /// One of the width classes of the styles (`pl-w-status`); the one column without takes what is left.
    pub class: AttrValue,
    /// Right-aligned, for figures and dates.
    pub end: bool,
    pub sorts: bool,
}

impl Column {
    pub fn new(title: impl Into<AttrValue>, class: &'static str) -> Self {
        Self { title: title.into(), class: class.into(), end: false, sorts: false }
    }

    pub fn end(mut self) -> Self {
        self.end = true;
        self
    }

    pub fn sorts(mut self) -> Self {
        self.sorts = true;
        self
    }

    /// For a row's menu: no words.
    pub fn menu() -> Self {
        Self::new("", "pl-w-act")
    }
}

/// One row as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRow {
    pub key: AttrValue,
    /// One for each column.
    pub cells: Vec<Html>,
}

impl TableRow {
    pub fn new(key: impl Into<AttrValue>, cells: Vec<Html>) -> Self {
        Self { key: key.into(), cells }
    }
}

/// The column that sorts and its direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    pub column: usize,
    pub descending: bool,
}

impl Sort {
    /// A press on a header: the same column turns round, another begins upwards.
    pub fn pressed(now: Option<Self>, column: usize) -> Self {
        Self { column, descending: now.is_some_and(|now| now.column == column && !now.descending) }
    }
}

#[derive(Properties, PartialEq)]
pub struct DataTableProps {
    pub label: AttrValue,
    pub columns: Vec<Column>,
    pub rows: Vec<TableRow>,
    #[prop_or_default]
    pub sort: Option<Sort>,
    #[prop_or_default]
    pub onsort: Callback<Sort>,
    /// Enter or a click on a row, by its place.
    #[prop_or_default]
    pub onopen: Option<Callback<usize>>,
    /// The arrows moved here; for a drawer that follows.
    #[prop_or_default]
    pub onmove: Callback<usize>,
    /// The answer is overdue: skeleton rows under the real head.
    #[prop_or_default]
    pub loading: bool,
    #[prop_or_default]
    pub error: Option<ErrorReply>,
    #[prop_or_default]
    pub onretry: Callback<()>,
    /// Stands in the rows' place when there are none.
    #[prop_or_default]
    pub empty: Html,
}

#[component]
pub fn DataTable(props: &DataTableProps) -> Html {
    let focused = use_state(|| 0_usize);
    let body = use_node_ref();
    let keys = RowKeys {
        body: body.clone(),
        count: props.rows.len(),
        focused: focused.clone(),
        onmove: props.onmove.clone(),
        onopen: props.onopen.clone().unwrap_or_default(),
    };
    let span = props.columns.len();
    let at = (*focused).min(props.rows.len().saturating_sub(1));
    let clickable = props.onopen.is_some().then_some("pf-m-clickable");
    let nothing = props.rows.is_empty();
    html! {
        <div class="pl-scroll" tabindex="-1" ref={body}>
            if props.error.is_some() && nothing {
                <div class="pl-instead"><Refusal error={props.error.clone()} title="This list could not be read" onretry={props.onretry.clone()} /></div>
            } else if nothing && !props.loading && props.empty != html!() {
                { props.empty.clone() }
            } else {
                <table class="pf-v6-c-table pf-m-compact pf-m-sticky-header pl-table" role="grid" aria-label={props.label.clone()}
                    aria-rowcount={(props.rows.len() + 1).to_string()} onkeydown={keys.handler()}>
                    { head(&props.columns, props.sort, &props.onsort) }
                    <tbody class="pf-v6-c-table__tbody">
                        if nothing && props.loading { { for (0..8).map(|_| skeleton_row(span)) } }
                        { for props.rows.iter().enumerate().map(|(index, row)| html! {
                            <tr key={row.key.to_string()} class={classes!("pf-v6-c-table__tr", clickable)} tabindex={if index == at { "0" } else { "-1" }}
                                data-row={index.to_string()} onclick={row_click(index, props.onopen.as_ref(), &focused)}>
                                { cells_of(&props.columns, row) }
                            </tr>
                        }) }
                    </tbody>
                </table>
            }
        </div>
    }
}

fn head(columns: &[Column], sort: Option<Sort>, onsort: &Callback<Sort>) -> Html {
    html! {
        <thead class="pf-v6-c-table__thead">
            <tr class="pf-v6-c-table__tr">
                { for columns.iter().enumerate().map(|(index, column)| {
                    let class = classes!(column.class.to_string(), column.end.then_some("pl-end"),);
                    if column.title.is_empty() {
                        return html!(<td class={classes!("pf-v6-c-table__td", class)}></td>);
                    }
                    if !column.sorts {
                        return html!(<th class={classes!("pf-v6-c-table__th", class)} scope="col">{ &column.title }</th>);
                    }
                    let by_this = sort.filter(|sort| sort.column == index);
                    let (said, icon) = match by_this {
                        None => ("none", "arrows-alt-v"),
                        Some(Sort { descending: false, .. }) => ("ascending", "long-arrow-alt-up"),
                        Some(Sort { descending: true, .. }) => ("descending", "long-arrow-alt-down"),
                    };
                    let onclick = { let onsort = onsort.clone(); Callback::from(move |_: MouseEvent| onsort.emit(Sort::pressed(sort, index))) };
                    html! {
                        <th class={classes!("pf-v6-c-table__th", "pf-v6-c-table__sort", by_this.is_some().then_some("pf-m-selected"), class)} scope="col" aria-sort={said}>
                            <button class="pf-v6-c-table__button" type="button" {onclick}><div class="pf-v6-c-table__button-content">
                                <span class="pf-v6-c-table__text">{ &column.title }</span>
                                <span class="pf-v6-c-table__sort-indicator"><Icon name={icon} /></span>
                            </div></button>
                        </th>
                    }
                }) }
            </tr>
        </thead>
    }
}

fn cells_of(columns: &[Column], row: &TableRow) -> Html {
    columns
        .iter()
        .zip(&row.cells)
        .map(|(column, cell)| {
            let action = column.class == "pl-w-act";
            let class = classes!(
                "pf-v6-c-table__td",
                column.end.then_some("pl-end"),
                action.then_some("pf-v6-c-table__action"),
                (!column.end && !action).then_some("pl-cell-clip"),
            );
            html!(<td {class} data-label={(!column.title.is_empty()).then(|| column.title.clone())}>{ cell.clone() }</td>)
        })
        .collect()
}

fn skeleton_row(span: usize) -> Html {
    html! {
        <tr class="pf-v6-c-table__tr pl-skeleton-row" aria-hidden="true">
            { for (0..span).map(|at| html!(<td class="pf-v6-c-table__td">if at + 1 < span { <Skeleton width={if at == 0 { "70%" } else { "50%" }} /> }</td>)) }
        </tr>
    }
}

/// A click opens the row, unless it was on a control of its own inside the row.
fn row_click(
    index: usize,
    onopen: Option<&Callback<usize>>,
    focused: &UseStateHandle<usize>,
) -> Option<Callback<MouseEvent>> {
    let (open, focused) = (onopen?.clone(), focused.clone());
    Some(Callback::from(move |event: MouseEvent| {
        let on_control = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("a, button, input, label").ok().flatten())
            .is_some();
        if !on_control {
            focused.set(index);
            open.emit(index);
        }
    }))
}

/// Arrows, Home, End and Page keys move the focus over the rows, which have their place in `data-row`; Enter opens.
pub struct RowKeys {
    /// Around all rows.
    pub body: NodeRef,
    pub count: usize,
    pub focused: UseStateHandle<usize>,
    pub onmove: Callback<usize>,
    pub onopen: Callback<usize>,
}

impl RowKeys {
    pub fn handler(self) -> Callback<KeyboardEvent> {
        Callback::from(move |event: KeyboardEvent| {
            let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
                return;
            };
            // Keys belong to the row only while the row itself has the focus.
            let Some(at) = target.get_attribute("data-row").and_then(|at| at.parse::<usize>().ok()) else {
                return;
            };
            if event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            let last = self.count.saturating_sub(1);
            let next = match event.key().as_str() {
                "ArrowDown" => (at + 1).min(last),
                "ArrowUp" => at.saturating_sub(1),
                "PageDown" => (at + 10).min(last),
                "PageUp" => at.saturating_sub(10),
                "Home" => 0,
                "End" => last,
                "Enter" | " " => {
                    event.prevent_default();
                    self.onopen.emit(at);
                    return;
                }
                // The row's own controls, in order.
                "ArrowRight" => {
                    event.prevent_default();
                    focus_control(&target);
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            self.focused.set(next);
            self.onmove.emit(next);
            focus_row(&self.body, next);
        })
    }
}

pub fn focus_row(body: &NodeRef, index: usize) {
    let Some(element) = body.cast::<Element>() else { return };
    if let Ok(Some(row)) = element.query_selector(&format!("[data-row='{index}']"))
        && let Ok(row) = row.dyn_into::<HtmlElement>()
    {
        let _ = row.focus();
    }
}

fn focus_control(row: &Element) {
    if let Ok(Some(control)) = row.query_selector("a, button")
        && let Ok(control) = control.dyn_into::<HtmlElement>()
    {
        let _ = control.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_turns_round_and_another_begins_upwards() {
        let sort = Sort::pressed(None, 2);
        assert_eq!(sort, Sort { column: 2, descending: false });
        let sort = Sort::pressed(Some(sort), 2);
        assert!(sort.descending);
        assert_eq!(Sort::pressed(Some(sort), 2), Sort { column: 2, descending: false });
        assert_eq!(Sort::pressed(Some(sort), 1), Sort { column: 1, descending: false });
    }
}
