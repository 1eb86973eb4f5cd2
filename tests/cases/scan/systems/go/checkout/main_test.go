package main

import (
	"net/http"
	"testing"
)

func TestOrder(t *testing.T) {
	http.Get("http://audit/test")
}
