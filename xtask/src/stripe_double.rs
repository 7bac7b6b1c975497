//! A double of Stripe beside the program, for trying out what is charged to cards.

use crate::{
    command::{cargo, program, run as finish},
    target,
};
use anyhow::{Context, Result, ensure};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// Names the double to the program.
const ADDRESS: &str = "PERENNIAL_STRIPE_API";
/// Every double takes it: `stripe_double::RESTRICTED_TEST`.
const KEY: &str = "rk_test_double00000000000000";

/// Runs until it is let go of, and forgets everything then.
pub struct StripeDouble {
    process: Child,
    address: String,
}

impl StripeDouble {
    /// Builds it and starts it on a free port, with its clock running.
    pub fn starts() -> Result<Self> {
        // On its own: chosen together with the others it would have most of them built again.
        finish(cargo().args(["build", "--package", "stripe-double"]))?;
        let mut process = program(target().join("debug/stripe-double"))
            .stdout(Stdio::piped())
            .spawn()
            .context("stripe-double could not be started")?;
        let said = process.stdout.take().context("stripe-double says nothing")?;
        // From here on it is ended when this goes.
        let mut double = Self { process, address: String::new() };
        BufReader::new(said).read_line(&mut double.address).context("stripe-double said nothing")?;
        double.address = double.address.trim().to_owned();
        ensure!(double.address.starts_with("http://"), "stripe-double ended before it told its address");
        Ok(double)
    }

    /// What to do with it, for whoever sits there.
    pub fn introduce(&self) {
        println!(
            "A double of Stripe runs at {0}; nothing it says is true, and it forgets all when this ends.",
            self.address
        );
        println!("  Settings > Stripe takes this key: {KEY}");
        println!(
            "  {0} has buttons for what happens outside: cards, banks, and time that passes.",
            self.address
        );
    }

    /// Sends a program there instead of to Stripe.
    pub fn serve(&self, program: &mut Command) {
        program.env(ADDRESS, &self.address);
    }
}

impl Drop for StripeDouble {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
