use super::entity;
use crate::ground::Ground;
use crate::op::Look;
use crate::refusal::Result;
use crate::telling;
use domain::practice::DeskAbout;
use domain::record::Entity;
use protocol::keeping::{GetLog, LogEntry};
use store::query::{self, LogLine};

/// What happened to something, newest first.
pub(crate) async fn get_log(look: &mut Look<'_>, request: GetLog) -> Result<Vec<LogEntry>> {
    let limit = request.limit.unwrap_or(200).clamp(1, 1000);
    let ground = look.here.ground.clone();
    let about = log_of(look, entity(request.about)).await?;
    let lines = query::log_about(look.conn, &about, limit).await?;
    Ok(lines.into_iter().map(|line| entry(&ground, line)).collect())
}

pub(super) fn entry(ground: &Ground, line: LogLine) -> LogEntry {
    LogEntry {
        record: line.id,
        on: ground.day_of(line.on),
        at: ground.wall_time(line.on),
        by: ground.staff_name(line.staff),
        approved_by: line.approved_by.map(|staff| ground.staff_name(Some(staff))),
        desk: ground.desks.get(&line.desk).map_or_else(String::new, |desk: &DeskAbout| desk.name.clone()),
        text: line.record.map_or_else(
            || "Erased on request.".to_owned(),
            |record| telling::change(ground, &record.change, record.day),
        ),
        kind: line.kind,
        refused: line.refused,
    }
}

/// What the log of a thing tells of: of a person also what became of their memberships.
async fn log_of(look: &mut Look<'_>, entity: Entity) -> Result<Vec<Entity>> {
    let Entity::Customer(id) = entity else { return Ok(vec![entity]) };
    let mut about: Vec<Entity> =
        query::family_of(look.conn, id).await?.into_iter().map(Entity::Customer).collect();
    if about.is_empty() {
        about.push(entity);
    }
    let held = query::enrollments_of(look.conn, id).await?;
    about.extend(held.into_iter().map(|held| Entity::Enrollment(held.id)));
    Ok(about)
}
