package main

import (
	"net/http"

	"example.com/shop/dialer"
)

func main() {
	http.HandleFunc("/", near)
	http.ListenAndServe(":80", nil)
}

func near(w http.ResponseWriter, r *http.Request) {
	conn := dialer.Dial("srv-geo")
	if err := conn.Invoke(r.Context(), "Near"); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
}
