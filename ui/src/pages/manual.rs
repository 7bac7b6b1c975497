//! The manual, as it stands in `docs/manual.md`.

use crate::components::{Button, Look, PageHead};
use pulldown_cmark::{Parser, html};
use yew::prelude::*;

const MANUAL: &str = include_str!("../../../docs/manual.md");

/// A stretch of the manual between two pictures, or a picture.
#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Picture { about: String, file: String },
}

/// Title of the manual, and what follows it.
fn parts(manual: &str) -> (String, Vec<Part>) {
    let mut title = String::new();
    let mut text = String::new();
    let mut parts = Vec::new();
    for line in manual.lines() {
        if let Some(words) = line.strip_prefix("# ") {
            title = words.to_owned();
        } else if let Some((about, file)) = picture(line) {
            parts.push(Part::Text(std::mem::take(&mut text)));
            parts.push(Part::Picture { about: about.to_owned(), file: file.to_owned() });
        } else {
            text.push_str(line);
            text.push('\n');
        }
    }
    parts.push(Part::Text(text));
    (title, parts)
}

/// A line that is a picture and nothing else: `![about](file)`.
fn picture(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("![")?.strip_suffix(')')?.split_once("](")
}

fn headings(manual: &str) -> Vec<String> {
    manual.lines().filter_map(|line| line.strip_prefix("## ")).map(str::to_owned).collect()
}

#[component]
pub fn ManualPage() -> Html {
    let node = use_node_ref();
    let (title, parts) = parts(MANUAL);
    let go = |nth: usize| {
        let node = node.clone();
        Callback::from(move |()| {
            let headings = node
                .cast::<web_sys::Element>()
                .and_then(|element| element.query_selector_all("h2").ok())
                .and_then(|list| list.get(nth as u32));
            if let Some(heading) =
                headings.and_then(|found| wasm_bindgen::JsCast::dyn_into::<web_sys::Element>(found).ok())
            {
                heading.scroll_into_view();
            }
        })
    };
    html! {
        <>
            <PageHead {title} />
            <div class="pl-scroll pl-manual" tabindex="0" role="group" aria-label="Manual">
                <nav class="pl-manual-contents" aria-label="Contents">
                    { for headings(MANUAL).into_iter().enumerate().map(|(nth, words)| html! {
                        <Button look={Look::Link} small=true text={words} onclick={go(nth)} />
                    }) }
                </nav>
                <article ref={node}>
                    { for parts.into_iter().map(|part| match part {
                        Part::Text(text) => {
                            let mut written = String::new();
                            html::push_html(&mut written, Parser::new(&text));
                            // The manual is part of the program; nothing of it was typed by a person who uses it.
                            Html::from_html_unchecked(AttrValue::from(format!("<section>{written}</section>")))
                        }
                        Part::Picture { about, file } => html!(<Picture {about} {file} />),
                    }) }
                </article>
            </div>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct PictureProps {
    about: String,
    file: String,
}

/// A picture that the tests' run made; a program that was built without one shows the words alone.
#[component]
fn Picture(props: &PictureProps) -> Html {
    let missing = use_state(|| false);
    if *missing {
        return html!();
    }
    let onerror = Callback::from(move |_: Event| missing.set(true));
    html! {
        <img class="pl-manual-picture" src={format!("/manual/{}", props.file)} alt={props.about.clone()} width="1280" height="800" {onerror} />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_has_a_title_and_pictures_between_its_texts() {
        let (title, parts) = parts("# Manual\n\nHello\n\n![A page](page.png)\n\nMore\n");
        assert_eq!(title, "Manual");
        let picture = Part::Picture { about: "A page".into(), file: "page.png".into() };
        assert_eq!(parts, [Part::Text("\nHello\n\n".into()), picture, Part::Text("\nMore\n".into())]);
    }

    #[test]
    fn every_picture_line_of_the_manual_is_read_as_one() {
        let lines = MANUAL.lines().filter(|line| line.contains("](") && line.contains(".png")).count();
        let (_, parts) = parts(MANUAL);
        let pictures = parts.iter().filter(|part| matches!(part, Part::Picture { .. })).count();
        assert!(lines > 0 && lines == pictures, "{lines} lines, {pictures} pictures");
        assert!(headings(MANUAL).len() > 5);
    }
}
