mod button;
mod dialog;
mod field;
mod layout;
mod menu;
mod notice;
mod text;

pub use button::*;
pub use dialog::*;
pub use field::*;
pub use layout::*;
pub use menu::*;
pub use notice::*;
pub use text::*;
