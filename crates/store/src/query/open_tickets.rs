use crate::Result;
use crate::database::Transaction;
use domain::{CustomerId, TicketId};
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

/// A ticket that is being rung up, as the screen keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenTicket {
    pub ticket: TicketId,
    pub customer: Option<CustomerId>,
    pub draft: String,
}

impl Transaction {
    /// Keeps one more, or what it is by now.
    pub fn keep_open_ticket(&mut self, open: OpenTicket, place: u32) {
        self.gather()
            .add(
                "INSERT INTO open_ticket (ticket, customer, place, draft) VALUES (?, ?, ?, ?)
                 ON CONFLICT (ticket) DO UPDATE SET customer = excluded.customer, place = excluded.place,
                     draft = excluded.draft",
            )
            .bind(open.ticket.0)
            .bind(open.customer.map(|customer| customer.0))
            .bind(place)
            .bind(open.draft);
    }

    /// It was settled, held or discarded.
    pub fn forget_open_ticket(&mut self, ticket: TicketId) {
        self.gather().add("DELETE FROM open_ticket WHERE ticket = ?").bind(ticket.0);
    }

    /// None of them is open any more.
    pub fn forget_open_tickets(&mut self) {
        self.gather().add("DELETE FROM open_ticket");
    }
}

/// The drafts of all that are open, from left to right.
pub async fn open_tickets(conn: &mut SqliteConnection) -> Result<Vec<String>> {
    let rows = sqlx::query("SELECT draft FROM open_ticket ORDER BY place, ticket").fetch_all(conn).await?;
    Ok(rows.iter().map(|row| row.get("draft")).collect())
}
