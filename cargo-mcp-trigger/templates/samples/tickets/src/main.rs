//! Tickets in a database: what functions share, who may call them, and what they tell others through queues.

mod store;

use mcp_trigger::schemars::{self, JsonSchema};
use mcp_trigger::{App, ExitCode, Json, Output, Principal, ServerInfo, State, ToolError, mcp_tool};
use serde::Serialize;
use store::Store;

/// A ticket.
#[derive(Serialize, JsonSchema)]
struct Ticket {
    id: i64,
    title: String,
    is_open: bool,
    /// Who created it; only for callers who are signed in
    reporter: Option<String>,
}

/// All tickets.
#[derive(Serialize, JsonSchema)]
struct Tickets {
    tickets: Vec<Ticket>,
}

/// A message in the queue `tickets-created`.
#[derive(Serialize)]
struct TicketCreated {
    id: i64,
    title: String,
}

/// A message in the queue `tickets-removed`.
#[derive(Serialize)]
struct TicketRemoved {
    id: i64,
}

/// Creates a ticket in the name of the caller.
#[mcp_tool(function = "CreateTicket", title = "Create a ticket", destructive = false, scopes("tickets.write"))]
async fn create_ticket(
    /** What is wrong, in one line */
    title: String,
    caller: Principal,
    State(store): State<Store>,
    #[output(queue, queue_name = "tickets-created")] created: Output<Json<TicketCreated>>,
) -> Result<Json<Ticket>, ToolError> {
    if title.trim().is_empty() {
        return Err("`title` is empty: say what is wrong".into());
    }
    let name = caller.name().unwrap_or("somebody").to_owned();
    // What the database says is nobody's business but the log's.
    let ticket = store.insert(title, caller.id().to_owned(), name).await.map_err(ToolError::private)?;
    created.set(Json(TicketCreated { id: ticket.id, title: ticket.title.clone() }));
    Ok(Json(Ticket::of(ticket, Some(&caller))))
}

/// Lists all tickets. Everybody may see them, but not who created them.
#[mcp_tool(function = "ListTickets", title = "List tickets", read_only)]
async fn list_tickets(caller: Option<Principal>, State(store): State<Store>) -> Result<Json<Tickets>, ToolError> {
    let tickets = store.all().await.map_err(ToolError::private)?;
    let tickets = tickets.into_iter().map(|ticket| Ticket::of(ticket, caller.as_ref())).collect();
    Ok(Json(Tickets { tickets }))
}

/// Closes a ticket. That is for those who created it, and for admins.
#[mcp_tool(function = "CloseTicket", title = "Close a ticket", idempotent, scopes("tickets.write"))]
async fn close_ticket(
    /** The number of the ticket */
    id: i64,
    caller: Principal,
    State(store): State<Store>,
) -> Result<String, ToolError> {
    let ticket = store.find(id).await.map_err(ToolError::private)?;
    let ticket = ticket.ok_or_else(|| format!("there is no ticket {id}"))?;
    if ticket.reporter != caller.id() && !caller.has_role("admin") {
        return Err(format!("ticket {id} is somebody else's: only who created it or an admin can close it").into());
    }
    store.close(id).await.map_err(ToolError::private)?;
    Ok(format!("Closed ticket {id}."))
}

/// Removes all tickets that are closed, for ever.
#[mcp_tool(function = "RemoveClosed", title = "Remove closed tickets", destructive, roles("admin"))]
async fn remove_closed(
    State(store): State<Store>,
    #[output(queue, queue_name = "tickets-removed")] removed: Output<Vec<Json<TicketRemoved>>>,
) -> Result<String, ToolError> {
    let tickets = store.remove_closed().await.map_err(ToolError::private)?;
    for ticket in &tickets {
        removed.push(Json(TicketRemoved { id: ticket.id }));
    }
    Ok(format!("Tickets removed: {}.", tickets.len()))
}

impl Ticket {
    /// A ticket as this caller may see it.
    fn of(ticket: store::Ticket, caller: Option<&Principal>) -> Self {
        let store::Ticket { id, title, is_open, reporter_name, .. } = ticket;
        Ticket { id, title, is_open, reporter: caller.map(|_| reporter_name) }
    }
}

fn main() -> ExitCode {
    App::new().server(ServerInfo::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))).state_with(Store::open).run()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The life of a ticket, and who has a say in it.
    #[tokio::test]
    async fn a_ticket_belongs_to_who_created_it() {
        let store = State(Store::at("file:/test?vfs=memdb").await.unwrap());
        let ann = Principal::new("ann").with_name("Ann Lee");
        let created = Output::new();
        let title = "The printer is on fire".to_owned();
        let ticket = create_ticket(title, ann.clone(), store.clone(), created.clone()).await.unwrap().0;
        assert_eq!(ticket.reporter.as_deref(), Some("Ann Lee"));
        assert_eq!(created.take().unwrap().0.id, ticket.id);

        let seen = list_tickets(None, store.clone()).await.unwrap().0.tickets;
        assert!(seen[0].is_open && seen[0].reporter.is_none());

        let bob = Principal::new("bob");
        let refused = close_ticket(ticket.id, bob.clone(), store.clone()).await.unwrap_err();
        assert!(refused.to_string().contains("somebody else's") && !refused.is_private(), "{refused}");
        assert!(close_ticket(7, ann, store.clone()).await.is_err());
        assert!(close_ticket(ticket.id, bob.with_role("admin"), store.clone()).await.is_ok());

        let removed = Output::new();
        assert_eq!(remove_closed(store.clone(), removed.clone()).await.unwrap(), "Tickets removed: 1.");
        assert_eq!(removed.take().unwrap().len(), 1);
        assert!(list_tickets(None, store).await.unwrap().0.tickets.is_empty());
    }
}
