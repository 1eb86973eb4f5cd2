package cmd

import (
	"log"
	"net/http"

	"example.org/chat/stores"
	"github.com/spf13/cobra"
)

func newMatch() *cobra.Command {
	return &cobra.Command{
		Use: "match",
		RunE: func(cmd *cobra.Command, args []string) error {
			http.HandleFunc("/pairs", pairs)
			return http.ListenAndServe(":80", nil)
		},
	}
}

// What is remembered only saves a search.
func pairs(w http.ResponseWriter, r *http.Request) {
	if err := stores.Remember(r.URL.Path); err != nil {
		log.Printf("not remembered: %v", err)
	}
	w.WriteHeader(200)
}

func init() {
	rootCmd.AddCommand(newMatch())
}
