//! A pad to sign on, with a pen, a finger or a mouse.

use crate::components::button::{Button, Look};
use wasm_bindgen::JsCast;
use web_sys::{
    CanvasRenderingContext2d, HtmlCanvasElement, PointerEvent, ScrollIntoViewOptions, ScrollLogicalPosition,
};
use yew::prelude::*;

/// The pad's own pixels; it is shown as wide as there is room.
const WIDE: u32 = 1200;
const HIGH: u32 = 360;
const INK: &str = "#16201b";
const PEN: f64 = 5.0;
const DATA: &str = "data:image/png;base64,";

#[derive(Properties, PartialEq)]
pub struct SignaturePadProps {
    /// Who signs, for whoever cannot see the pad.
    pub label: AttrValue,
    /// The signature as a PNG in base64 after each stroke; nothing while a stroke is drawn, and when it was cleared.
    pub onsigned: Callback<Option<String>>,
}

#[component]
pub fn SignaturePad(props: &SignaturePadProps) -> Html {
    let canvas = use_node_ref();
    let drawing = use_mut_ref(|| None::<(f64, f64)>);
    let signed = use_state(|| false);
    {
        let canvas = canvas.clone();
        use_effect_with((), move |()| {
            // In a small window it appears below the edge of its dialog.
            if let Some(pad) = canvas.cast::<HtmlCanvasElement>() {
                let whole = ScrollIntoViewOptions::new();
                whole.set_block(ScrollLogicalPosition::Center);
                pad.scroll_into_view_with_scroll_into_view_options(&whole);
            }
        });
    }
    let pen = {
        let canvas = canvas.clone();
        move |from: (f64, f64), to: (f64, f64)| {
            let Some(context) = context(&canvas) else { return };
            context.set_stroke_style_str(INK);
            context.set_line_width(PEN);
            context.set_line_cap("round");
            context.set_line_join("round");
            context.begin_path();
            context.move_to(from.0, from.1);
            // A dot is a stroke too.
            context.line_to(to.0 + if from == to { 0.1 } else { 0.0 }, to.1);
            context.stroke();
        }
    };
    let onpointerdown = {
        let (canvas, drawing, pen, onsigned) =
            (canvas.clone(), drawing.clone(), pen.clone(), props.onsigned.clone());
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            event.prevent_default();
            let Some(at) = place(&canvas, &event) else { return };
            if let Some(pad) = canvas.cast::<HtmlCanvasElement>() {
                // Without it a stroke that leaves the pad would never end.
                let _ = pad.set_pointer_capture(event.pointer_id());
            }
            *drawing.borrow_mut() = Some(at);
            pen(at, at);
            onsigned.emit(None);
        })
    };
    let onpointermove = {
        let (canvas, drawing) = (canvas.clone(), drawing.clone());
        Callback::from(move |event: PointerEvent| {
            let mut last = drawing.borrow_mut();
            if let (Some(from), Some(to)) = (*last, place(&canvas, &event)) {
                pen(from, to);
                *last = Some(to);
            }
        })
    };
    let onpointerup = {
        let (canvas, signed, onsigned) = (canvas.clone(), signed.clone(), props.onsigned.clone());
        Callback::from(move |_: PointerEvent| {
            if drawing.borrow_mut().take().is_none() {
                return;
            }
            let drawn = canvas.cast::<HtmlCanvasElement>().and_then(|pad| pad.to_data_url().ok());
            signed.set(true);
            onsigned.emit(drawn.and_then(|data| data.strip_prefix(DATA).map(str::to_owned)));
        })
    };
    let clear = {
        let (canvas, signed, onsigned) = (canvas.clone(), signed.clone(), props.onsigned.clone());
        Callback::from(move |()| {
            if let Some(context) = context(&canvas) {
                context.clear_rect(0.0, 0.0, f64::from(WIDE), f64::from(HIGH));
            }
            signed.set(false);
            onsigned.emit(None);
        })
    };
    html! {
        <div class="pl-signature">
            <canvas ref={canvas} width={WIDE.to_string()} height={HIGH.to_string()} role="img" aria-label={props.label.clone()}
                {onpointerdown} {onpointermove} onpointerup={onpointerup.clone()} onpointercancel={onpointerup} />
            <div class="pl-row pl-row--between">
                <span class="pl-small pl-subtle">{ if *signed { "Signed. Another stroke is added to it." } else { "Sign above with a pen, a finger or the mouse." } }</span>
                <Button look={Look::Link} small=true text="Clear" label="Clear the signature" disabled={!*signed} onclick={clear} />
            </div>
        </div>
    }
}

fn context(canvas: &NodeRef) -> Option<CanvasRenderingContext2d> {
    canvas.cast::<HtmlCanvasElement>()?.get_context("2d").ok()??.dyn_into().ok()
}

/// Where on the pad a pointer is, in the pad's own pixels.
fn place(canvas: &NodeRef, event: &PointerEvent) -> Option<(f64, f64)> {
    let shown = canvas.cast::<HtmlCanvasElement>()?.get_bounding_client_rect();
    if shown.width() <= 0.0 || shown.height() <= 0.0 {
        return None;
    }
    let x = (f64::from(event.client_x()) - shown.left()) * f64::from(WIDE) / shown.width();
    let y = (f64::from(event.client_y()) - shown.top()) * f64::from(HIGH) / shown.height();
    Some((x, y))
}
