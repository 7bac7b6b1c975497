//! Statements that go to the database together.
//!
//! A connection works on a thread of its own. Going there and back costs more than most statements do, so what need
//! not wait for an answer is gathered here and goes in one visit.

use crate::Result;
use domain::{Day, Money};
use futures_util::TryStreamExt;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Either, Executor};
use uuid::Uuid;

/// Rows in one statement: enough that the statements no longer cost more than the rows.
const ROWS: usize = 64;

/// Scripts of more statements than this are rarely the same twice, and are not kept prepared.
const KEPT: usize = 24;

/// Statements and their values, in order; every value stands as a plain `?`.
#[derive(Debug, Default)]
pub struct Script {
    sql: String,
    values: Vec<Value>,
    statements: usize,
}

/// A value as SQLite keeps it.
#[derive(Debug)]
pub enum Value {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

impl Script {
    /// A script of one statement, to be bound.
    pub fn of(sql: &str) -> Self {
        let mut script = Self::default();
        script.add(sql);
        script
    }

    /// Adds a statement; its values follow by [`Self::bind`].
    pub fn add(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self.sql.push_str(";\n");
        self.statements += 1;
        self
    }

    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self
    }

    /// Writes a piece of a statement, which [`Self::end`] ends.
    pub fn push(&mut self, piece: &str) -> &mut Self {
        self.sql.push_str(piece);
        self
    }

    /// Writes a value as a piece of a statement.
    pub fn push_value(&mut self, value: impl Into<Value>) -> &mut Self {
        self.push("?").bind(value)
    }

    /// Writes values with commas between them.
    pub fn push_values<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        for (nth, value) in values.into_iter().enumerate() {
            self.push(if nth == 0 { "?" } else { ", ?" }).bind(value);
        }
        self
    }

    /// Ends a statement that was written in pieces.
    pub fn end(&mut self) -> &mut Self {
        self.add("")
    }

    /// [`Self::bind`] on a script that is still being made.
    #[must_use]
    pub fn with(mut self, value: impl Into<Value>) -> Self {
        self.bind(value);
        self
    }

    /// Adds statements that write many rows: `{rows}` in `sql` stands for them, each of `columns` values that `bind`
    /// binds.
    pub fn add_rows<T>(
        &mut self,
        sql: &str,
        columns: usize,
        items: impl IntoIterator<Item = T>,
        mut bind: impl FnMut(&mut Self, T),
    ) {
        let mut items = items.into_iter().peekable();
        let row = format!("({})", vec!["?"; columns].join(", "));
        while items.peek().is_some() {
            let mut rows = 0;
            for item in items.by_ref().take(ROWS) {
                bind(self, item);
                rows += 1;
            }
            self.add(&sql.replace("{rows}", &vec![row.as_str(); rows].join(", ")));
        }
    }

    pub fn is_empty(&self) -> bool {
        self.statements == 0
    }

    pub fn len(&self) -> usize {
        self.statements
    }

    /// Everything of `after`, behind everything of this one.
    pub fn append(&mut self, after: Self) {
        if self.is_empty() {
            *self = after;
            return;
        }
        self.sql.push_str(&after.sql);
        self.statements += after.statements;
        self.values.extend(after.values);
    }

    /// Runs it, in one visit; the rows that each statement answered, in order. The first one that fails is the last
    /// one that ran.
    pub async fn run(self, conn: &mut SqliteConnection) -> Result<Vec<Vec<SqliteRow>>> {
        let mut answers = Vec::with_capacity(self.statements);
        if self.is_empty() {
            return Ok(answers);
        }
        let keep = self.statements <= KEPT;
        let mut arguments = SqliteArguments::default();
        for value in self.values {
            value.add_to(&mut arguments).map_err(sqlx::Error::Encode)?;
        }
        let query = sqlx::query_with(AssertSqlSafe(self.sql), arguments).persistent(keep);
        let mut parts = conn.fetch_many(query);
        let mut rows = Vec::new();
        while let Some(part) = parts.try_next().await? {
            match part {
                Either::Left(_) => answers.push(std::mem::take(&mut rows)),
                Either::Right(row) => rows.push(row),
            }
        }
        Ok(answers)
    }
}

impl Value {
    fn add_to(self, arguments: &mut SqliteArguments) -> Result<(), sqlx::error::BoxDynError> {
        match self {
            Self::Null => arguments.add(None::<i64>),
            Self::Integer(value) => arguments.add(value),
            Self::Text(value) => arguments.add(value),
            Self::Blob(value) => arguments.add(value),
        }
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Integer(value.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Integer(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Money> for Value {
    fn from(value: Money) -> Self {
        Self::Integer(value.minor())
    }
}

/// Days sort as their text does.
impl From<Day> for Value {
    fn from(value: Day) -> Self {
        Self::Text(value.to_string())
    }
}

impl From<Uuid> for Value {
    fn from(value: Uuid) -> Self {
        Self::Blob(value.as_bytes().to_vec())
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Blob(value.to_vec())
    }
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(value: [u8; N]) -> Self {
        Self::Blob(value.to_vec())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
