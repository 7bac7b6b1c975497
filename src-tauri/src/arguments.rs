//! What the program is started with: `perennial [--data DIR]`.

use std::{ffi::OsString, path::PathBuf};

#[derive(Debug, Default, PartialEq)]
pub struct Arguments {
    /// The data folder; the system's place for application data where it is not given.
    pub data: Option<PathBuf>,
}

#[derive(Debug, PartialEq, thiserror::Error)]
pub enum ArgumentError {
    #[error("--data needs a folder: perennial --data DIR")]
    FolderMissing,
    #[error("{0} is not understood. Usage: perennial [--data DIR]")]
    Unknown(String),
}

impl Arguments {
    pub fn read(words: impl IntoIterator<Item = OsString>) -> Result<Self, ArgumentError> {
        let mut arguments = Self::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let text = word.to_string_lossy();
            if text == "--data" {
                let folder = words.next().ok_or(ArgumentError::FolderMissing)?;
                arguments.data = Some(absolute(folder.into()));
            } else if text.starts_with("-psn_") {
                // macOS passes a process serial number when a program is opened from the Finder.
            } else {
                return Err(ArgumentError::Unknown(text.into_owned()));
            }
        }
        Ok(arguments)
    }
}

/// A relative folder is meant from where the program was started, whatever it changes to later.
fn absolute(folder: PathBuf) -> PathBuf {
    std::path::absolute(&folder).unwrap_or(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Arguments, ArgumentError> {
        Arguments::read(words.iter().map(OsString::from))
    }

    #[test]
    fn reads_the_data_folder() {
        assert_eq!(read(&[]), Ok(Arguments { data: None }));
        assert_eq!(read(&["--data", "/tmp/shop"]), Ok(Arguments { data: Some("/tmp/shop".into()) }));
        assert!(read(&["--data", "shop"]).unwrap().data.unwrap().is_absolute());
    }

    #[test]
    fn refuses_what_it_does_not_understand() {
        assert_eq!(read(&["--data"]), Err(ArgumentError::FolderMissing));
        assert_eq!(read(&["--dta", "x"]), Err(ArgumentError::Unknown("--dta".to_owned())));
    }
}
