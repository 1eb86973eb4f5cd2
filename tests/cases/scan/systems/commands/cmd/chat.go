package cmd

import (
	"log"
	"net/http"
	"os"

	"example.org/chat/stores"
	"github.com/spf13/cobra"
)

var chatCmd = &cobra.Command{
	Use:   "chat [flags]",
	Short: "serves chats",
	Run: func(cmd *cobra.Command, args []string) {
		if err := stores.Open(); err != nil {
			log.Fatal(err)
		}
		http.HandleFunc("/rooms", rooms)
		log.Fatal(http.ListenAndServe(":80", nil))
	},
}

func rooms(w http.ResponseWriter, r *http.Request) {
	answer, err := http.Get(os.Getenv("LEDGER_URL") + "/rooms")
	if err != nil {
		http.Error(w, err.Error(), 500)
		return
	}
	defer answer.Body.Close()
}

func init() {
	rootCmd.AddCommand(chatCmd)
}
