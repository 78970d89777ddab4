// pgx. Mode: its query execution mode, `cache_statement` (the default), `describe_exec` or `simple_protocol`.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"

	"sallyport.test/clients/line"
)

func main() {
	ctx := context.Background()
	var connection *pgx.Conn
	var transaction pgx.Tx

	query := func(ctx context.Context, statement string, values []any) (line.Answer, error) {
		rows, err := connection.Query(ctx, statement, values...)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		answer := line.Answer{}
		if fields := rows.FieldDescriptions(); len(fields) > 0 {
			columns, types := []string{}, []uint32{}
			for _, field := range fields {
				columns, types = append(columns, field.Name), append(types, field.DataTypeOID)
			}
			answer["columns"], answer["types"] = columns, types
		}
		found := [][]any{}
		for rows.Next() {
			row, err := rows.Values()
			if err != nil {
				return nil, err
			}
			for index, value := range row {
				row[index] = line.Plain(value)
			}
			found = append(found, row)
		}
		answer["rows"] = found
		return answer, rows.Err()
	}

	connect := func() (line.Verbs, error) {
		settings := "default_query_exec_mode=" + os.Args[1]
		if os.Getenv("PGSSLROOTCERT") != "" {
			settings += " channel_binding=require"
		}
		config, err := pgx.ParseConfig(settings)
		if err != nil {
			return nil, err
		}
		config.OnNotice = func(_ *pgconn.PgConn, notice *pgconn.Notice) { line.Note(notice.Code, notice.Message) }
		// An ended context is told to the server, as a request to cancel, instead of closing the connection.
		config.BuildContextWatcherHandler = func(inner *pgconn.PgConn) ctxwatch.Handler {
			return &pgconn.CancelRequestContextWatcherHandler{Conn: inner, DeadlineDelay: 30 * time.Second}
		}
		connection, err = pgx.ConnectConfig(ctx, config)
		if err != nil {
			return nil, err
		}
		return line.Verbs{
			"query": func(statement string, values []any) (line.Answer, error) { return query(ctx, statement, values) },
			"begin": func(string, []any) (_ line.Answer, err error) {
				transaction, err = connection.Begin(ctx)
				return nil, err
			},
			"commit":   func(string, []any) (line.Answer, error) { return nil, transaction.Commit(ctx) },
			"rollback": func(string, []any) (line.Answer, error) { return nil, transaction.Rollback(ctx) },
			"cancel": func(statement string, _ []any) (line.Answer, error) {
				short, end := context.WithTimeout(ctx, 3*time.Second)
				defer end()
				return query(short, statement, nil)
			},
			"stream": func(statement string, _ []any) (line.Answer, error) { return stream(ctx, connection, statement) },
			"copy": func(table string, values []any) (line.Answer, error) {
				return copyBothWays(ctx, connection, table, int(values[0].(int64)))
			},
			"inspect": func(string, []any) (line.Answer, error) { return inspect(ctx, connection) },
		}, nil
	}
	line.Serve(connect, failure)
}

// stream declares a cursor: the driver has no other way to leave rows with the server.
func stream(ctx context.Context, connection *pgx.Conn, statement string) (line.Answer, error) {
	transaction, err := connection.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer transaction.Rollback(ctx)
	if _, err := transaction.Exec(ctx, "DECLARE stream CURSOR FOR "+statement); err != nil {
		return nil, err
	}
	sizes := []int{}
	for {
		rows, err := transaction.Query(ctx, "FETCH 100 FROM stream")
		if err != nil {
			return nil, err
		}
		read, err := pgx.CollectRows(rows, pgx.RowTo[int32])
		if err != nil {
			return nil, err
		}
		if len(read) == 0 {
			return line.Answer{"found": sizes}, nil
		}
		sizes = append(sizes, len(read))
	}
}

// copyBothWays is binary inward, which is the driver's own way, and text outward.
func copyBothWays(ctx context.Context, connection *pgx.Conn, table string, count int) (line.Answer, error) {
	rows := pgx.CopyFromSlice(count, func(number int) ([]any, error) {
		return []any{int64(number), fmt.Sprintf("row %d", number)}, nil
	})
	if _, err := connection.CopyFrom(ctx, pgx.Identifier{table}, []string{"id", "word"}, rows); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if _, err := connection.PgConn().CopyTo(ctx, &out, "COPY "+table+" TO STDOUT"); err != nil {
		return nil, err
	}
	found, sum := 0, 0
	for text := range strings.Lines(out.String()) {
		id, word, _ := strings.Cut(strings.TrimSuffix(text, "\n"), "\t")
		number, err := strconv.Atoi(id)
		if err != nil {
			return nil, err
		}
		if word == "row "+id {
			found, sum = found+1, sum+number
		}
	}
	return line.Answer{"found": []int{found, sum}}, nil
}

// inspect sends what only this driver sends: a batch as one pipeline, and reads a type's definition from the catalog.
func inspect(ctx context.Context, connection *pgx.Conn) (line.Answer, error) {
	batch := &pgx.Batch{}
	for number := range 3 {
		batch.Queue("SELECT $1::int4 * 2", number)
	}
	results := connection.SendBatch(ctx, batch)
	doubled := []int{}
	for range 3 {
		var number int
		if err := results.QueryRow().Scan(&number); err != nil {
			return nil, err
		}
		doubled = append(doubled, number)
	}
	if err := results.Close(); err != nil {
		return nil, err
	}
	loaded, err := connection.LoadType(ctx, "mz_catalog.mz_connections")
	if err != nil {
		return nil, err
	}
	return line.Answer{"found": line.Answer{"batch": doubled, "loaded": loaded.Name}}, nil
}

func failure(err error) line.Answer {
	var said *pgconn.PgError
	if !errors.As(err, &said) {
		return nil
	}
	var position any
	if said.Position != 0 {
		position = said.Position
	}
	return line.Answer{
		"code": said.Code, "message": said.Message, "detail": said.Detail, "hint": said.Hint, "position": position,
	}
}
