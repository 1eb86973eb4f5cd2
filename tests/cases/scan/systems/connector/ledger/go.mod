module example.org/ledger

go 1.22

require (
	cloud.google.com/go/cloudsqlconn v1.9.0
	cloud.google.com/go/secretmanager v1.12.0
	github.com/jackc/pgx/v5 v5.5.5
)
