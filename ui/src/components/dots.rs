//! A code as a square of dots: black on white in every theme, for scanners know no other.

use protocol::dots::{BORDER, Dots as Square};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct DotsProps {
    pub code: AttrValue,
    /// What it says to someone who does not see it; else the code itself.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// Any CSS length.
    #[prop_or_else(|| "28mm".into())]
    pub size: AttrValue,
}

#[component]
pub fn Dots(props: &DotsProps) -> Html {
    let Some(square) = Square::of(&props.code) else { return html!() };
    let label = props.label.clone().unwrap_or_else(|| format!("Code {}", props.code).into());
    let whole = square.side + 2 * BORDER;
    let path: String = square
        .runs()
        .into_iter()
        .map(|(x, y, length)| format!("M{} {}h{length}v1h-{length}z", x + BORDER, y + BORDER))
        .collect();
    html! {
        <svg class="pl-dots" role="img" aria-label={label} viewBox={format!("0 0 {whole} {whole}")}
            style={format!("inline-size:{0};block-size:{0}", props.size)} shape-rendering="crispEdges">
            <rect width={whole.to_string()} height={whole.to_string()} fill="#fff" /><path d={path} fill="#000" />
        </svg>
    }
}
