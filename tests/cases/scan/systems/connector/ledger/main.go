package main

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"

	"cloud.google.com/go/cloudsqlconn"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// The text names no host: the connector makes the connections.
func open() (*sql.DB, error) {
	config, err := pgx.ParseConfig(fmt.Sprintf("user=%s database=%s", os.Getenv("DB_USER"), os.Getenv("DB_NAME")))
	if err != nil {
		return nil, err
	}
	dialer, err := cloudsqlconn.NewDialer(context.Background())
	if err != nil {
		return nil, err
	}
	config.DialFunc = func(ctx context.Context, network, instance string) (net.Conn, error) {
		return dialer.Dial(ctx, os.Getenv("INSTANCE_CONNECTION_NAME"))
	}
	return sql.Open("pgx", stdlib.RegisterConnConfig(config))
}

func main() {
	db, err := open()
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if _, err := db.ExecContext(r.Context(), "select 1"); err != nil {
			http.Error(w, err.Error(), 500)
		}
	})
	log.Fatal(http.ListenAndServe(":80", nil))
}
