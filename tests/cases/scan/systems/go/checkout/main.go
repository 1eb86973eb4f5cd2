// Package main takes orders. See http://docs/checkout for more.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"google.golang.org/grpc"

	pb "example.com/genproto"
)

const callbackURL = "https://shop.example.com/paid"

type server struct {
	paymentAddr string
	payment     pb.PaymentClient
	ads         pb.AdsClient
}

func main() {
	s := &server{}
	mustEnv(&s.paymentAddr, "PAYMENT_ADDR")
	conn := dial(s.paymentAddr)
	s.payment = pb.NewPaymentClient(conn)
	conn = dial(os.Getenv("ADS_ADDR"))
	s.ads = pb.NewAdsClient(conn)
	http.HandleFunc("/order", s.order)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func mustEnv(target *string, key string) {
	value := os.Getenv(key)
	if value == "" {
		panic(fmt.Sprintf("%s is not set", key))
	}
	*target = value
}

func dial(addr string) *grpc.ClientConn {
	conn, err := grpc.NewClient(addr)
	if err != nil {
		log.Fatal(err)
	}
	return conn
}

func (s *server) order(w http.ResponseWriter, r *http.Request) {
	if err := s.pay(r.Context()); err != nil {
		http.Error(w, "no payment", http.StatusBadGateway)
		return
	}
	for _, ad := range s.adsFor(r.Context()) {
		fmt.Fprintln(w, ad)
	}
}

func (s *server) pay(ctx context.Context) error {
	_, err := s.payment.Charge(ctx, &pb.ChargeRequest{Callback: callbackURL})
	return err
}

func (s *server) adsFor(ctx context.Context) []string {
	found, err := s.ads.GetAds(ctx, &pb.AdsRequest{})
	if err != nil {
		log.Printf("no ads: %v", err)
		return nil
	}
	return found.Texts
}

// Nothing calls this any longer.
func oldAudit(ctx context.Context) error {
	_, err := http.Get("http://audit/log")
	return err
}
