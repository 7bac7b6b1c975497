//! Everything that continuous integration runs, and what came of it.

use anyhow::Result;

pub fn check_everything(_arguments: &[String]) -> Result<()> {
    Ok(())
}
