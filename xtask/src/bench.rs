//! Measuring.

use crate::{
    command::{cargo, run},
    setup,
};
use anyhow::Result;

pub fn bench(arguments: &[String]) -> Result<()> {
    setup::set_up(setup::For::Running)?;
    run(cargo()
        .args(["run", "--quiet", "--release", "--package", "testkit", "--bin", "bench", "--"])
        .args(arguments))
}
