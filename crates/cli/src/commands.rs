//! What can be asked on the command line.

mod call;
mod demo;
mod doctor;
mod init;
mod queue;
mod rules;
mod search;
mod stripe;

use crate::Failure;
use crate::folder::Folder;
use clap::{Parser, Subcommand, ValueEnum};
use domain::{Day, EffectId};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Memberships at the counter, without a window. Answers are JSON.
#[derive(Debug, Parser)]
#[command(name = "perennialctl", version)]
pub struct Arguments {
    /// The data folder
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// A file whose first line is the passphrase, where no keychain answers
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer worked cases by the rules alone
    Rules {
        rule: Rule,
        /// A JSON list of cases; - reads them from the input
        file: PathBuf,
    },
    /// Make the key and the empty database of a new practice
    Init,
    /// Ask one request through the same door as the window
    Call {
        /// The request in JSON; - reads it from the input
        file: PathBuf,
        #[command(flatten)]
        who: Who,
    },
    /// Make a practice with a made-up year behind it
    Demo {
        #[arg(long, default_value_t = 500)]
        members: u32,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Its last day, until the evening; now where none is given
        #[arg(long)]
        today: Option<Day>,
    },
    /// Verify every chain, rebuild all tables beside the live ones and compare
    Doctor,
    /// The queue of what is owed to the outside
    Queue {
        #[command(subcommand)]
        what: Queue,
    },
    /// Speak with Stripe, over which cards are charged
    ///
    /// PERENNIAL_STRIPE_API names a double of Stripe on this computer, for trying things out.
    Stripe {
        #[command(subcommand)]
        what: Stripe,
    },
    /// Find people, memberships, items and tickets
    ///
    /// Nobody needs to sign in: whoever runs this has the key of the data, and with it everything that is in there.
    Search {
        text: String,
        #[command(flatten)]
        who: Who,
    },
}

#[derive(Debug, Subcommand)]
pub enum Queue {
    /// What waits, or is in another part of it
    List {
        #[arg(long, value_enum, default_value_t = Part::Waiting)]
        part: Part,
        /// At most so many, 1 to 500
        #[arg(long, default_value_t = 50)]
        limit: u32,
        #[command(flatten)]
        who: Who,
    },
    /// Try one again now; the program with the window sends it, and what is for Stripe also stripe push
    Retry {
        id: EffectId,
        #[command(flatten)]
        who: Who,
    },
    /// Why one is where it is, what happens next, and what it says
    Explain {
        id: EffectId,
        #[command(flatten)]
        who: Who,
    },
}

#[derive(Debug, Subcommand)]
pub enum Stripe {
    /// Check a key at Stripe, keep it and connect the practice with its account; an owner signs in
    Connect {
        /// The key is read from the input, where no list of programs and no history shows it
        #[arg(long, required = true)]
        key_stdin: bool,
        #[command(flatten)]
        who: Who,
    },
    /// Send what waits for Stripe; fails where something is refused or still waits
    Push {
        #[command(flatten)]
        who: Who,
    },
    /// Hear once what is new at Stripe; sends nothing
    Pull {
        #[command(flatten)]
        who: Who,
    },
    /// Read everything at Stripe, compare, and say what differed
    Reconcile {
        #[command(flatten)]
        who: Who,
    },
    /// Take over what another program bills through the account; nothing is changed at Stripe
    Adopt {
        /// Only say what would be taken over
        #[arg(long)]
        preview: bool,
        /// Put customers on file too who bring no membership
        #[arg(long)]
        everybody: bool,
        /// Who a customer is here: CUSTOMER=PERSON, by the ids that --preview shows, or CUSTOMER=new. May be given often
        #[arg(long, value_name = "CUSTOMER=PERSON", value_parser = whose)]
        choose: Vec<(String, Option<domain::CustomerId>)>,
        #[command(flatten)]
        who: Who,
    },
    /// How Stripe is connected
    Status {
        #[command(flatten)]
        who: Who,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    Waiting,
    Refused,
    Done,
    NotSent,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Rule {
    Quote,
    Calendar,
    Proration,
    Credits,
}

/// Who signs in first.
#[derive(Debug, clap::Args)]
pub struct Who {
    /// Sign in under this name first
    #[arg(long = "as", value_name = "NAME", requires = "pin_file")]
    name: Option<String>,
    /// A file whose first line is the PIN
    #[arg(long, value_name = "FILE", requires = "name")]
    pin_file: Option<PathBuf>,
}

/// Does what was asked; the answer is for the output.
pub fn run(arguments: Arguments) -> Result<Value, Failure> {
    let Arguments { data, passphrase_file, command } = arguments;
    let folder = || {
        let path = data.as_deref().ok_or_else(|| {
            Failure::new("usage", "This works on a practice: name its folder with --data DIR.")
        })?;
        Ok::<_, Failure>(Folder::of(path, passphrase_file.clone()))
    };
    match command {
        Command::Rules { rule, file } => rules::answer(rule, &file),
        Command::Init => wait(init::init(&folder()?)),
        Command::Call { file, who } => {
            let request = read(&file)?;
            wait(call::call(&folder()?, &request, &who))
        }
        Command::Demo { members, seed, today } => wait(demo::make(&folder()?, members, seed, today)),
        Command::Doctor => wait(doctor::examine(&folder()?)),
        Command::Queue { what } => wait(queue::queue(&folder()?, what)),
        Command::Stripe { what } => wait(stripe::stripe(&folder()?, what)),
        Command::Search { text, who } => wait(search::search(&folder()?, text, &who)),
    }
}

fn wait<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new("system", format!("The program could not start its work: {error}.")))?
        .block_on(work)
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let done = if file == Path::new("-") {
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes).map(|_| ())
    } else {
        std::fs::read(file).map(|content| bytes = content)
    };
    done.map_err(|error| Failure::new("file", format!("{} could not be read: {error}.", file.display())))?;
    Ok(bytes)
}

impl Who {
    /// Signs in where somebody is named.
    async fn sign_in(&self, desk: &desk::Desk) -> Result<(), Failure> {
        use protocol::practice::{SignIn, WhoAmI};
        let (Some(name), Some(file)) = (&self.name, &self.pin_file) else { return Ok(()) };
        let bytes = read(file)?;
        let pin = String::from_utf8_lossy(&bytes).lines().next().unwrap_or_default().trim().to_owned();
        let door = desk.ask(WhoAmI {}, None).await?;
        let staff = door
            .staff
            .iter()
            .find(|staff| staff.name.to_lowercase() == name.trim().to_lowercase())
            .ok_or_else(|| Failure::new("not_found", format!("Nobody here is called {name}.")))?;
        desk.ask(SignIn { staff: staff.id, pin }, None).await?;
        Ok(())
    }
}

/// `cus_1=new`, or the id of somebody on file after the sign.
fn whose(text: &str) -> Result<(String, Option<domain::CustomerId>), String> {
    let (customer, person) = text.split_once('=').ok_or("CUSTOMER=PERSON is wanted, or CUSTOMER=new")?;
    let person = match person {
        "new" => None,
        id => Some(id.parse().map_err(|_| format!("{id} is no id of somebody on file"))?),
    };
    Ok((customer.to_owned(), person))
}
