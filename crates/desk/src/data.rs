//! Data out and in as files, and what one person may ask for.

mod erase_customer;
mod export_credits;
mod export_customers;
mod export_person;
mod export_tickets;
mod import;
mod spreadsheet;

pub(crate) use erase_customer::{erase_customer, preview_erase};
pub(crate) use export_person::export_person;
pub(crate) use import::{check_import, import_file, read_import};
pub(crate) use spreadsheet::{Export, Row};

use crate::op::Look;
use crate::refusal::{Refusal, Result};
use domain::record::{DataExported, ExportedWhat, FileFormat};
use protocol::data::ExportData;
use protocol::members::ExportFormat;
use protocol::receipt::FileMade;

/// So many rows are read from the database at a time.
const PAGE: u32 = 500;

/// Takes one kind of data out as a file, page by page.
pub(crate) async fn export_data(
    look: &mut Look<'_>,
    request: ExportData,
) -> Result<(FileMade, DataExported)> {
    if let (Some(from), Some(to)) = (request.from, request.to)
        && from > to
    {
        return Err(Refusal::invalid("to", "The last day is before the first."));
    }
    let mut file = Export::new(request.format);
    let name = match request.what {
        ExportedWhat::Customers => {
            export_customers::export_customers(look, &mut file).await?;
            "People"
        }
        ExportedWhat::Tickets => {
            export_tickets::export_tickets(look, &request, &mut file).await?;
            "Tickets"
        }
        ExportedWhat::TicketLines => {
            export_tickets::export_lines(look, &request, &mut file).await?;
            "Ticket lines"
        }
        ExportedWhat::Credits => {
            export_credits::export_credits(look, &mut file).await?;
            "Credits"
        }
        ExportedWhat::Members | ExportedWhat::Person => {
            return Err(Refusal::invalid("what", "These are exported from their own page."));
        }
    };
    let exported = exported(request.what, request.format, file.rows());
    Ok((file.finish(&format!("{name} {}", look.here.today))?, exported))
}

/// What the log keeps of an export.
pub(crate) fn exported(what: ExportedWhat, format: ExportFormat, rows: u32) -> DataExported {
    let format = match format {
        ExportFormat::Csv => FileFormat::Csv,
        ExportFormat::Json => FileFormat::Json,
    };
    DataExported { what, format, rows, customer: None }
}
