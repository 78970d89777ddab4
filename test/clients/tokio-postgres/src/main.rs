//! tokio-postgres. Values are binary; it reads the types that it does not know from pg_type and pg_attribute.

mod values;

use std::env;
use std::error::Error;
use std::future::poll_fn;
use std::io::stdin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use tokio::time::sleep;
use tokio_postgres::config::{ChannelBinding, SslMode};
use tokio_postgres::types::{Kind, ToSql};
use tokio_postgres::{AsyncMessage, Client, Config};
use tokio_postgres::error::ErrorPosition;
use tokio_postgres_rustls::MakeRustlsConnect;

use values::{Parameter, plain};

type Outcome<T> = Result<T, Box<dyn Error>>;
type Notices = Arc<Mutex<Vec<Value>>>;

#[tokio::main(worker_threads = 1)]
async fn main() -> Outcome<()> {
    let notices = Notices::default();
    let tls = tls()?;
    let mut client = match connect(tls.clone(), notices.clone()).await {
        Ok(client) => client,
        Err(error) => return say(failure(error)?, &notices),
    };
    say(json!({"ok": true, "columns": [], "rows": []}), &notices)?;
    for line in stdin().lines() {
        let line = line?;
        let mut words = line.split(' ');
        let verb = words.next().unwrap_or_default();
        let mut values = words.map(decode).collect::<Outcome<Vec<_>>>()?;
        let statement = if values.is_empty() { String::new() } else { values.remove(0).text() };
        let answer = match answer(&mut client, &tls, verb, &statement, &values).await {
            Ok(answer) => answer,
            Err(error) => failure(error)?,
        };
        say(answer, &notices)?;
    }
    Ok(())
}

async fn connect(tls: MakeRustlsConnect, notices: Notices) -> Outcome<Client> {
    let mut config = Config::new();
    config
        .host(env::var("PGHOST")?)
        .port(env::var("PGPORT")?.parse()?)
        .user(env::var("PGUSER")?)
        .dbname(env::var("PGDATABASE")?);
    if let Ok(password) = env::var("PGPASSWORD") {
        config.password(password);
    }
    if env::var("PGSSLROOTCERT").is_ok() {
        config.ssl_mode(SslMode::Require).channel_binding(ChannelBinding::Require);
    } else {
        config.ssl_mode(SslMode::Disable);
    }
    let (client, mut connection) = config.connect(tls).await?;
    tokio::spawn(async move {
        while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await {
            if let AsyncMessage::Notice(notice) = message {
                let noted = json!({"code": notice.code().code(), "message": notice.message()});
                notices.lock().expect("no thread panicked").push(noted);
            }
        }
    });
    Ok(client)
}

/// Trusts the authority that PGSSLROOTCERT names and checks the server's name.
fn tls() -> Outcome<MakeRustlsConnect> {
    let mut roots = RootCertStore::empty();
    if let Ok(path) = env::var("PGSSLROOTCERT") {
        roots.add(CertificateDer::from_pem_file(path)?)?;
    }
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

async fn answer(
    client: &mut Client,
    tls: &MakeRustlsConnect,
    verb: &str,
    statement: &str,
    values: &[Parameter],
) -> Outcome<Value> {
    match verb {
        "query" => query(client, statement, values).await,
        "begin" => batch(client, "BEGIN").await,
        "commit" => batch(client, "COMMIT").await,
        "rollback" => batch(client, "ROLLBACK").await,
        "cancel" => cancel(client, tls, statement).await,
        "stream" => stream(client, statement).await,
        "inspect" => inspect(client).await,
        _ => Err(verb.into()),
    }
}

async fn query(client: &Client, statement: &str, values: &[Parameter]) -> Outcome<Value> {
    let prepared = client.prepare(statement).await?;
    let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
    let rows = client.query(&prepared, &values).await?;
    let columns = prepared.columns();
    let found = rows
        .iter()
        .map(|row| (0..columns.len()).map(|index| plain(row, index)).collect())
        .collect::<Outcome<Vec<Vec<Value>>>>()?;
    Ok(json!({
        "ok": true,
        "columns": columns.iter().map(|column| column.name()).collect::<Vec<_>>(),
        "types": columns.iter().map(|column| column.type_().oid()).collect::<Vec<_>>(),
        "rows": found,
    }))
}

async fn batch(client: &Client, statement: &str) -> Outcome<Value> {
    client.batch_execute(statement).await?;
    Ok(json!({"ok": true, "columns": [], "rows": []}))
}

/// Asks until the statement has ended: the first request may come too early, and one too late would end the next statement.
async fn cancel(client: &Client, tls: &MakeRustlsConnect, statement: &str) -> Outcome<Value> {
    let token = client.cancel_token();
    let insist = async {
        loop {
            sleep(Duration::from_secs(2)).await;
            let _ = token.cancel_query(tls.clone()).await;
        }
    };
    tokio::select! {
        answer = query(client, statement, &[]) => answer,
        () = insist => unreachable!("it never ends"),
    }
}

/// A portal, read by a hundred rows at a time.
async fn stream(client: &mut Client, statement: &str) -> Outcome<Value> {
    let transaction = client.transaction().await?;
    let portal = transaction.bind(statement, &[]).await?;
    let mut sizes = Vec::new();
    loop {
        let rows = transaction.query_portal(&portal, 100).await?;
        if rows.is_empty() {
            break;
        }
        sizes.push(rows.len());
    }
    transaction.commit().await?;
    Ok(json!({"ok": true, "columns": [], "rows": [], "found": sizes}))
}

/// A row as one value makes the library read the type's fields from the catalog.
async fn inspect(client: &Client) -> Outcome<Value> {
    let prepared = client.prepare("SELECT c FROM mz_catalog.mz_connections AS c").await?;
    let kind = prepared.columns()[0].type_();
    let Kind::Composite(fields) = kind.kind() else {
        return Err(format!("{kind} is no row").into());
    };
    let fields: Vec<_> = fields.iter().map(|field| json!([field.name(), field.type_().name()])).collect();
    Ok(json!({"ok": true, "columns": [], "rows": [], "found": {"schema": kind.schema(), "fields": fields}}))
}

/// What the server said; an error of the program is passed on.
fn failure(error: Box<dyn Error>) -> Outcome<Value> {
    let Some(said) = error.downcast_ref::<tokio_postgres::Error>().and_then(|error| error.as_db_error()) else {
        return Err(error);
    };
    let position = match said.position() {
        Some(ErrorPosition::Original(position)) => Some(*position),
        _ => None,
    };
    Ok(json!({
        "ok": false,
        "code": said.code().code(),
        "message": said.message(),
        "detail": said.detail(),
        "hint": said.hint(),
        "position": position,
    }))
}

fn say(mut answer: Value, notices: &Notices) -> Outcome<()> {
    let noted = std::mem::take(&mut *notices.lock().expect("no thread panicked"));
    answer["notices"] = Value::Array(noted);
    println!("{answer}");
    Ok(())
}

fn decode(word: &str) -> Outcome<Parameter> {
    let text = String::from_utf8(BASE64_STANDARD.decode(word)?)?;
    Parameter::parse(&text)
}
