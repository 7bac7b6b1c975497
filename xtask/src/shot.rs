//! A picture of one page, to look at while building it.

use crate::{
    command::{cargo, run},
    front_end, setup, target,
};
use anyhow::Result;

pub fn shoot(arguments: &[String]) -> Result<()> {
    setup::set_up(setup::For::Testing)?;
    front_end::build(front_end::Size::Quick)?;
    run(cargo().args(["build", "--quiet", "--bins"]).args(crate::run::PROGRAMS))?;
    run(crate::run::on_a_display(target().join("debug/shot")).args(arguments))
}
