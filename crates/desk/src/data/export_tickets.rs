use super::PAGE;
use super::spreadsheet::{Export, Row};
use crate::op::Look;
use crate::refusal::Result;
use crate::words;
use domain::checkout::LineKind;
use domain::record::TicketSettled;
use domain::ticket::{Made, Ticket, TicketStatus};
use domain::{CustomerId, Day, Money, TicketId};
use protocol::data::ExportData;
use serde::Serialize;
use store::query::{self, TicketStored};

/// One row for each settled ticket.
pub(super) async fn export_tickets(
    look: &mut Look<'_>,
    request: &ExportData,
    file: &mut Export,
) -> Result<()> {
    each_page(look, request, |look, stored, sale| file.add(&TicketRow::of(look, stored, sale)?)).await
}

/// One row for each line of each settled ticket.
pub(super) async fn export_lines(look: &mut Look<'_>, request: &ExportData, file: &mut Export) -> Result<()> {
    each_page(look, request, |look, stored, sale| {
        let settled = &sale.what.settled;
        for (nth, (line, units)) in settled.input.lines.iter().zip(&settled.lines).enumerate() {
            let sum = |part: fn(&domain::checkout::UnitRun) -> Money| -> Money {
                units.units.iter().map(|run| part(run).times(run.count)).sum()
            };
            let currency = look.here.ground.practice()?.currency;
            let decimal = |amount: Money| currency.decimal(amount);
            file.add(&LineRow {
                receipt: sale.what.number.to_string(),
                day: sale.day,
                status: status(stored.ticket.status()),
                customer: stored.customer_name.clone(),
                line: nth as u32 + 1,
                item: line.name.clone(),
                kind: line.kind,
                quantity: line.qty,
                quantity_refunded: if stored.ticket.voided.is_some() {
                    line.qty
                } else {
                    line.qty - stored.ticket.units_left(line.id).min(line.qty)
                },
                list: decimal(sum(|run| run.list)),
                savings: decimal(sum(|run| run.covered + run.time_off + run.discount)),
                manual_discount: decimal(sum(|run| run.manual)),
                net: decimal(sum(|run| run.net)),
                tax: decimal(sum(|run| run.tax)),
                total: decimal(sum(|run| run.total)),
                credits: decimal(sum(|run| run.credits)),
                currency: currency.code(),
                note: line.note.clone(),
                customer_id: stored.customer,
                ticket: stored.ticket.id,
            })?;
        }
        Ok(())
    })
    .await
}

async fn each_page(
    look: &mut Look<'_>,
    request: &ExportData,
    mut each: impl FnMut(&Look<'_>, &TicketStored, &Made<TicketSettled>) -> Result<()>,
) -> Result<()> {
    let mut after = 0;
    loop {
        let page = query::tickets_after(look.conn, after, request.from, request.to, PAGE).await?;
        for stored in &page {
            after = stored.place;
            if let Some(sale) = &stored.ticket.sale {
                each(look, stored, sale)?;
            }
        }
        if page.len() < PAGE as usize {
            return Ok(());
        }
    }
}

fn status(status: TicketStatus) -> &'static str {
    match status {
        TicketStatus::Settled | TicketStatus::Held | TicketStatus::Gone => "settled",
        TicketStatus::Voided => "voided",
        TicketStatus::PartlyRefunded => "partly_refunded",
        TicketStatus::Refunded => "refunded",
    }
}

#[derive(Clone, Serialize)]
struct TicketRow {
    receipt: String,
    day: Day,
    /// Practice-local wall time.
    time: String,
    status: &'static str,
    location: String,
    staff: String,
    customer: String,
    items: String,
    savings: String,
    tax: String,
    total: String,
    credits: String,
    due: String,
    tip: String,
    paid_by: String,
    refunded: String,
    currency: &'static str,
    customer_id: Option<CustomerId>,
    ticket: TicketId,
}

impl TicketRow {
    fn of(look: &Look<'_>, stored: &TicketStored, sale: &Made<TicketSettled>) -> Result<Self> {
        let ground = &look.here.ground;
        let currency = ground.practice()?.currency;
        let Ticket { id, .. } = stored.ticket;
        let settled = &sale.what.settled;
        let totals = settled.quote.totals;
        let items: Vec<String> =
            settled.input.lines.iter().map(|line| format!("{} x {}", line.qty, line.name)).collect();
        Ok(Self {
            receipt: sale.what.number.to_string(),
            day: sale.day,
            time: ground.wall_time(sale.on),
            status: status(stored.ticket.status()),
            location: ground.location(sale.what.location).map(|at| at.name.clone()).unwrap_or_default(),
            staff: ground.staff_name(sale.actor.staff),
            customer: stored.customer_name.clone(),
            items: items.join(", "),
            savings: currency.decimal(totals.savings),
            tax: currency.decimal(totals.tax),
            total: currency.decimal(totals.total),
            credits: currency.decimal(totals.credits),
            due: currency.decimal(totals.due),
            tip: currency.decimal(settled.tip),
            paid_by: words::tenders(ground, &settled.tenders),
            refunded: currency.decimal(stored.ticket.refunded()),
            currency: currency.code(),
            customer_id: stored.customer,
            ticket: id,
        })
    }
}

impl Row for TicketRow {
    fn texts(&mut self) -> Vec<&mut String> {
        vec![
            &mut self.receipt,
            &mut self.location,
            &mut self.staff,
            &mut self.customer,
            &mut self.items,
            &mut self.paid_by,
        ]
    }
}

#[derive(Clone, Serialize)]
struct LineRow {
    receipt: String,
    day: Day,
    status: &'static str,
    customer: String,
    line: u32,
    item: String,
    kind: LineKind,
    quantity: u32,
    quantity_refunded: u32,
    list: String,
    savings: String,
    manual_discount: String,
    net: String,
    tax: String,
    total: String,
    credits: String,
    currency: &'static str,
    note: String,
    customer_id: Option<CustomerId>,
    ticket: TicketId,
}

impl Row for LineRow {
    fn texts(&mut self) -> Vec<&mut String> {
        vec![&mut self.receipt, &mut self.customer, &mut self.item, &mut self.note]
    }
}
