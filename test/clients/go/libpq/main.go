// lib/pq, by database/sql. Mode `text` or `binary`: whether parameters and results are binary (binary_parameters).
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"time"

	"github.com/lib/pq"

	"sallyport.test/clients/line"
)

// asker is what a connection and a transaction have in common.
type asker interface {
	QueryContext(ctx context.Context, statement string, values ...any) (*sql.Rows, error)
}

func main() {
	ctx := context.Background()
	var pool *sql.DB
	var transaction *sql.Tx
	var current asker

	end := func(how func() error) (line.Answer, error) {
		current = pool
		return nil, how()
	}

	connect := func() (line.Verbs, error) {
		binary := "no"
		if os.Args[1] == "binary" {
			binary = "yes"
		}
		connector, err := pq.NewConnector("binary_parameters=" + binary)
		if err != nil {
			return nil, err
		}
		noting := pq.ConnectorWithNoticeHandler(connector, func(notice *pq.Error) {
			line.Note(string(notice.Code), notice.Message)
		})
		// A cancelled statement costs the connection: the library throws it away, and its pool opens another.
		pool = sql.OpenDB(noting)
		pool.SetMaxOpenConns(1)
		if err := pool.PingContext(ctx); err != nil {
			return nil, err
		}
		current = pool
		return line.Verbs{
			"query": func(statement string, values []any) (line.Answer, error) {
				return query(ctx, current, statement, values)
			},
			"begin": func(string, []any) (_ line.Answer, err error) {
				transaction, err = pool.BeginTx(ctx, nil)
				current = transaction
				return nil, err
			},
			"commit":   func(string, []any) (line.Answer, error) { return end(transaction.Commit) },
			"rollback": func(string, []any) (line.Answer, error) { return end(transaction.Rollback) },
			"cancel": func(statement string, _ []any) (line.Answer, error) {
				short, stop := context.WithTimeout(ctx, 3*time.Second)
				defer stop()
				return query(short, current, statement, nil)
			},
		}, nil
	}
	line.Serve(connect, failure)
}

func query(ctx context.Context, from asker, statement string, values []any) (line.Answer, error) {
	for index, value := range values {
		if list, ok := value.([]string); ok {
			values[index] = pq.Array(list)
		}
	}
	rows, err := from.QueryContext(ctx, statement, values...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	about, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	columns, types, found := []string{}, []string{}, [][]any{}
	for _, column := range about {
		columns, types = append(columns, column.Name()), append(types, column.DatabaseTypeName())
	}
	for rows.Next() {
		row, places := make([]any, len(columns)), make([]any, len(columns))
		for index := range row {
			places[index] = &row[index]
		}
		if err := rows.Scan(places...); err != nil {
			return nil, err
		}
		for index, value := range row {
			if row[index], err = plain(types[index], value); err != nil {
				return nil, err
			}
		}
		found = append(found, row)
	}
	return line.Answer{"columns": columns, "types": types, "rows": found}, rows.Err()
}

// plain does what a program does with the types that the driver hands over as bytes.
func plain(name string, value any) (any, error) {
	bytes, ok := value.([]byte)
	if !ok || name == "BYTEA" {
		return line.Plain(value), nil
	}
	switch name {
	case "_TEXT":
		var list []string
		err := pq.Array(&list).Scan(bytes)
		return list, err
	case "JSONB":
		return json.RawMessage(bytes), nil
	default:
		return string(bytes), nil
	}
}

func failure(err error) line.Answer {
	var said *pq.Error
	if !errors.As(err, &said) {
		return nil
	}
	var position any
	if number, err := strconv.Atoi(said.Position); err == nil {
		position = number
	}
	return line.Answer{
		"code": string(said.Code), "message": said.Message, "detail": said.Detail, "hint": said.Hint, "position": position,
	}
}
