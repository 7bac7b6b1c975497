//! The first step: a file, chosen or dropped.

use crate::components::{Button, Look, Notice, Severity, grouped, use_file_choice};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::record::ImportedWhat;
use protocol::data::{ImportSource, LARGEST_IMPORT, MOST_ROWS};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::File;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ChooseFileProps {
    pub what: ImportedWhat,
    pub busy: bool,
    pub onchoose: Callback<ImportSource>,
}

#[component]
pub fn ChooseFile(props: &ChooseFileProps) -> Html {
    let problem = use_state(|| None::<String>);
    let take = {
        let (problem, onchoose, what, busy) =
            (problem.clone(), props.onchoose.clone(), props.what, props.busy);
        Callback::from(move |file: File| {
            if busy {
                return;
            }
            problem.set(None);
            let (problem, onchoose) = (problem.clone(), onchoose.clone());
            spawn_local(async move {
                match read(file, what).await {
                    Ok(source) => onchoose.emit(source),
                    Err(words) => problem.set(Some(words)),
                }
            });
        })
    };
    let chosen = use_file_choice(take);
    html! {
        <>
            if let Some(problem) = &*problem { <Notice severity={Severity::Danger} title="The file was not read">{ problem }</Notice> }
            <p>{ about(props.what) }</p>
            <div class={classes!("pl-stack", "pl-picture", "pl-import-drop", chosen.over.then_some("pl-picture--over"))} ondragover={chosen.ondragover} ondragleave={chosen.ondragleave} ondrop={chosen.ondrop}>
                <Button look={Look::Primary} icon="file-csv" text={if props.busy { "Reading" } else { "Choose file" }} disabled={props.busy} onclick={chosen.choose} />
                <span class="pl-small pl-subtle">{ format!(
                    "A CSV file, or drop it here. Commas, semicolons or tabs; UTF-8, UTF-16 or Windows-1252. At most {} MB and {} rows. The first line names the columns.",
                    LARGEST_IMPORT / 1024 / 1024, grouped(MOST_ROWS as u64)
                ) }</span>
                <input ref={chosen.input} type="file" accept=".csv,.tsv,.txt,text/csv" hidden=true aria-label="File to import" onchange={chosen.onchange} />
            </div>
            <ul class="pl-list">
                { for rules(props.what).iter().map(|rule| html! { <li>{ *rule }</li> }) }
            </ul>
        </>
    }
}

fn about(what: ImportedWhat) -> &'static str {
    match what {
        ImportedWhat::Customers => "One row for each person: name, e-mail, phone, birthday, address, card.",
        ImportedWhat::Items => {
            "One row for each item: name, price, and if you like code, kind, category and tax class."
        }
        ImportedWhat::Members => {
            "One row for each running membership: who, which membership, since when, billed next when, and what is left of its credits."
        }
    }
}

fn rules(what: ImportedWhat) -> &'static [&'static str] {
    match what {
        ImportedWhat::Customers => &[
            "People who are on file are found by a number of their own, else by e-mail address, else by name and phone.",
            "An empty cell changes nothing. The same file twice changes nothing.",
            "Either every row comes in, or none.",
        ],
        ImportedWhat::Items => &[
            "Items that are here are found by their code, else by their name.",
            "An empty cell changes nothing. The same file twice changes nothing.",
            "Either every row comes in, or none.",
        ],
        ImportedWhat::Members => &[
            "Add the memberships first: a row names one of them. People who are not on file yet are put on file.",
            "Nothing is charged for what was paid in the other system. From the next billing date they pay at the counter.",
            "Who holds the same membership here already is left as they are. Either every row comes in, or none.",
        ],
    }
}

async fn read(file: File, what: ImportedWhat) -> Result<ImportSource, String> {
    if file.size() > LARGEST_IMPORT as f64 {
        return Err(format!(
            "It is larger than {} MB. Split it and import the parts one after the other.",
            LARGEST_IMPORT / 1024 / 1024
        ));
    }
    let unread =
        || "The computer did not let it be read. Close it in other programs and choose it again.".to_owned();
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| unread())?;
    let base64 = BASE64_STANDARD.encode(js_sys::Uint8Array::new(&buffer).to_vec());
    Ok(ImportSource { what, name: file.name(), base64, encoding: None, delimiter: None })
}
