//! Where tickets are kept: SQLite, behind a pool of connections.

use deadpool_sqlite::rusqlite::{self, Connection, OptionalExtension as _, Row};
use deadpool_sqlite::{Config, Pool, Runtime};
use std::env;
use std::error::Error;

/// What goes wrong with a database: for the log, not for models.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// A database in memory that all connections of the pool share; with `:memory:` each would have one of its own.
const IN_MEMORY: &str = "file:/tickets?vfs=memdb";

const TABLE: &str = "CREATE TABLE IF NOT EXISTS tickets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    reporter TEXT NOT NULL,
    reporter_name TEXT NOT NULL,
    is_open INTEGER NOT NULL DEFAULT TRUE
)";

/// The tickets. A clone is another handle to the same pool.
#[derive(Clone)]
pub(crate) struct Store(Pool);

/// A row of the table.
pub(crate) struct Ticket {
    pub(crate) id: i64,
    pub(crate) title: String,
    /// The id of whoever created it
    pub(crate) reporter: String,
    pub(crate) reporter_name: String,
    pub(crate) is_open: bool,
}

impl Store {
    /// Opens the file that the setting `TICKETS_DB` names, or a database in memory.
    pub(crate) async fn open() -> Result<Self> {
        Store::at(env::var("TICKETS_DB").as_deref().unwrap_or(IN_MEMORY)).await
    }

    pub(crate) async fn at(file: &str) -> Result<Self> {
        let store = Store(Config::new(file).create_pool(Runtime::Tokio1)?);
        store.run(|db| db.execute_batch(TABLE)).await?;
        Ok(store)
    }

    pub(crate) async fn insert(&self, title: String, reporter: String, reporter_name: String) -> Result<Ticket> {
        self.run(move |db| {
            let sql = "INSERT INTO tickets (title, reporter, reporter_name) VALUES (?, ?, ?) RETURNING *";
            db.query_row(sql, [title, reporter, reporter_name], Ticket::read)
        })
        .await
    }

    pub(crate) async fn find(&self, id: i64) -> Result<Option<Ticket>> {
        self.run(move |db| db.query_row("SELECT * FROM tickets WHERE id = ?", [id], Ticket::read).optional()).await
    }

    pub(crate) async fn all(&self) -> Result<Vec<Ticket>> {
        self.run(|db| db.prepare("SELECT * FROM tickets ORDER BY id")?.query_map([], Ticket::read)?.collect()).await
    }

    pub(crate) async fn close(&self, id: i64) -> Result<()> {
        self.run(move |db| db.execute("UPDATE tickets SET is_open = FALSE WHERE id = ?", [id])).await.map(drop)
    }

    /// Removes the tickets that are closed, and tells which they were.
    pub(crate) async fn remove_closed(&self) -> Result<Vec<Ticket>> {
        let sql = "DELETE FROM tickets WHERE NOT is_open RETURNING *";
        self.run(move |db| db.prepare(sql)?.query_map([], Ticket::read)?.collect()).await
    }

    /// Runs SQL on a thread where it may block.
    async fn run<T: Send + 'static>(
        &self,
        sql: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let connection = self.0.get().await?;
        Ok(connection.interact(sql).await.map_err(|error| error.to_string())??)
    }
}

impl Ticket {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Ticket {
            id: row.get("id")?,
            title: row.get("title")?,
            reporter: row.get("reporter")?,
            reporter_name: row.get("reporter_name")?,
            is_open: row.get("is_open")?,
        })
    }
}
