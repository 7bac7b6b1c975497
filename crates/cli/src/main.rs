use clap::Parser;
use clap::error::ErrorKind;
use cli::{Arguments, Failure, run};
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        say(&Failure::new("defect", format!("This is a defect of the program: {panic}")));
    }));
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            print(&error.to_string());
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            say(&Failure::new("usage", error.to_string().trim_end()));
            return ExitCode::from(2);
        }
    };
    match run(arguments) {
        Ok(answer) => {
            print(&format!("{answer}\n"));
            ExitCode::SUCCESS
        }
        Err(failure) => {
            if let Some(answer) = &failure.answer {
                print(&format!("{answer}\n"));
            }
            say(&failure);
            ExitCode::FAILURE
        }
    }
}

/// A reader that went away early is no failure of ours.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn say(failure: &Failure) {
    let _ = writeln!(std::io::stderr().lock(), "{}", failure.reply_json());
}
