// Package main asks a store: see https://not-a-text.example/docs.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	pb "acme.example/shop/genproto"
	"github.com/redis/go-redis/v9"
	_ "github.com/lib/pq"
)

const base = "http://catalogue" + ":8080"

type server struct {
	pb.UnimplementedShopServer
	cart  pb.CartServiceClient
	cache *redis.Client
}

/* A comment with "http://not-a-text.example" in it. */
func main() {
	addr := os.Getenv("CART_ADDR")
	conn, err := grpc.NewClient(fmt.Sprintf("dns:///%s:%d", addr, 7070)) //~ NewClient Fatal ~text dns:///{addr}:7070
	if err != nil {
		log.Fatalf("no cart: %v", err)
	}
	s := &server{cart: pb.NewCartServiceClient(conn), cache: redis.NewClient(&redis.Options{Addr: "cache:6379"})}
	http.HandleFunc("/cart", func(w http.ResponseWriter, r *http.Request) {
		items, err := s.cart.GetCart(r.Context(), &pb.GetCartRequest{UserId: "1"}) //~ GetCart Fatal ~deferred GetCart
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		render(w, items)
	})
	log.Fatal(http.ListenAndServe(":8080", nil)) //~ ListenAndServe Fatal
}

func (s *server) passed(ctx context.Context) (*pb.Cart, error) {
	cart, err := s.cart.GetCart(ctx, nil) //~ GetCart Passed
	if err != nil {
		return nil, fmt.Errorf("cart: %w", err)
	}
	return cart, nil
}

func (s *server) direct(ctx context.Context) error {
	return s.cache.Ping(ctx).Err() //~ Ping Passed
}

func (s *server) replaced(ctx context.Context) ([]string, error) {
	ads, err := s.ads.GetAds(ctx) //~ GetAds Replaced
	if err != nil {
		log.Printf("no ads: %v", err)
		return []string{}, nil
	}
	return ads.Texts, nil
}

func (s *server) ignored(ctx context.Context) {
	if err := s.mail.Send(ctx, base+"/send"); err != nil { //~ Send Ignored ~text {base}/send
		log.Printf("not sent: %v", err)
	}
	_ = s.cache.Set(ctx, "k", 1, 0).Err() //~ Set Ignored
	s.bus.Publish(ctx)                    //~ Publish Ignored
	go s.audit.Write(ctx)                 //~ Write Detached
	if x, ok := s.local.Lookup("k"); ok { //~ Lookup Ignored
		use(x)
	}
}

func (s *server) fallback(ctx context.Context) (string, error) {
	if v, err := s.cache.Get(ctx, "k"); err == nil { //~ Get Replaced
		return v, nil
	}
	return "none", nil
}

func retry(ctx context.Context) error {
	var err error
	for i := 0; i < 3; i++ {
		err = client.Do(ctx) //~ Do Passed
		if err == nil {
			return nil
		}
	}
	return err
}

func group(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return client.Fetch(ctx) //~ Fetch Passed
	})
	return g.Wait()
}

func keep(ctx context.Context) {
	if err := prices.Store(ctx, "k", 1); err != nil { //~ Store Ignored
		log.Println(err)
		return
	}
	log.Println("kept")
}

func answer(ctx context.Context, w http.ResponseWriter) {
	found, err := prices.Find(ctx, "k") //~ Find Unknown
	if err != nil {
		log.Println(err)
		return
	}
	w.Write(found)
}

func hand(ctx context.Context, conn net.Conn) {
	found, err := prices.Find(ctx, "k") //~ Find Unknown
	if err != nil {
		log.Println(err)
		return
	}
	conn.Write(found)
}
