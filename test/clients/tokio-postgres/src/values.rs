//! Parameters as the server's types want them, and results as JSON has them.

use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::BytesMut;
use serde_json::{Value, json};
use tokio_postgres::Row;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// A value of a statement's parameter.
#[derive(Debug)]
pub enum Parameter {
    Text(String),
    Integer(i64),
    Boolean(bool),
    List(Vec<String>),
    Null,
}

impl Parameter {
    /// A letter for the kind, then the value.
    pub fn parse(text: &str) -> Result<Self, Box<dyn Error>> {
        let (tag, value) = text.split_at(1);
        Ok(match tag {
            "i" => Self::Integer(value.parse()?),
            "b" => Self::Boolean(value == "true"),
            "a" => Self::List(value.split(',').map(str::to_owned).collect()),
            "n" => Self::Null,
            _ => Self::Text(value.to_owned()),
        })
    }

    pub fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            other => format!("{other:?}"),
        }
    }
}

impl ToSql for Parameter {
    fn to_sql(&self, wanted: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Text(value) => value.to_sql_checked(wanted, out),
            Self::Integer(value) if *wanted == Type::INT4 => i32::try_from(*value)?.to_sql_checked(wanted, out),
            Self::Integer(value) => value.to_sql_checked(wanted, out),
            Self::Boolean(value) => value.to_sql_checked(wanted, out),
            Self::List(value) => value.to_sql_checked(wanted, out),
            Self::Null => Ok(IsNull::Yes),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The value of a column, read as the type that the server announced.
pub fn plain(row: &Row, index: usize) -> Result<Value, Box<dyn Error>> {
    Ok(match *row.columns()[index].type_() {
        Type::BOOL => json!(row.try_get::<_, Option<bool>>(index)?),
        Type::INT4 => json!(row.try_get::<_, Option<i32>>(index)?),
        Type::INT8 => json!(row.try_get::<_, Option<i64>>(index)?),
        Type::OID => json!(row.try_get::<_, Option<u32>>(index)?),
        Type::FLOAT8 => json!(row.try_get::<_, Option<f64>>(index)?),
        Type::TEXT_ARRAY => json!(row.try_get::<_, Option<Vec<String>>>(index)?),
        Type::JSONB => json!(row.try_get::<_, Option<Value>>(index)?),
        Type::BYTEA => json!(row.try_get::<_, Option<Vec<u8>>>(index)?.map(hex)),
        Type::TIMESTAMPTZ => match row.try_get::<_, Option<SystemTime>>(index)? {
            Some(time) => json!({"epoch": time.duration_since(UNIX_EPOCH)?.as_secs_f64()}),
            None => Value::Null,
        },
        _ => json!(row.try_get::<_, Option<String>>(index)?),
    })
}

fn hex(bytes: Vec<u8>) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
