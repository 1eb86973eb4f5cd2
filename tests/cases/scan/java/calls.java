package com.acme.orders;

import com.amazonaws.services.s3.AmazonS3;
import org.springframework.*;

/** Not http://not-a-text.example. */
@FeignClient(name = "catalogue", url = "${catalogue.url}")
interface Catalogue {
    @GetMapping("/items/{id}") Item get(@PathVariable("id") String id);
}

@Service
class Orders extends Base implements Api<Order> {
    private static final String URL = "http://" + HOST + ":8080";
    private final CartClient cart;
    @Value("${queue.name:orders}") private String queue;

    Orders(CartClient cart) { this.cart = cart; }

    @Override public Cart passed(String id) {
        return cart.get(String.format("%s/cart/%s", URL, id)); //~ get Passed ~text {URL}/cart/{id}
    }

    Cart thrown(String id) {
        try {
            return cart.load(id); //~ load Passed
        } catch (IOException | FeignException e) {
            throw new IllegalStateException("no cart", e);
        }
    }

    Cart replaced(String id) {
        try {
            return cart.find(id); //~ find Replaced
        } catch (RuntimeException e) {
            log.warn("no cart", e);
            return Cart.EMPTY;
        }
    }

    void ignored() {
        try { mail.send("x"); } catch (Exception e) { log.error("x", e); } //~ send Ignored
        executor.submit(() -> audit.write("y")); //~ write Detached
        CompletableFuture.runAsync(() -> audit.drop("y")); //~ drop Detached
    }

    ResponseEntity<?> answered() {
        try {
            return ok(rest.getForObject(URL, Item.class)); //~ getForObject Fatal
        } catch (RestClientException e) {
            return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE).build();
        }
    }

    Mono<Item> reactive() {
        return web.get().uri("/x").retrieve().onErrorReturn(Item.NONE); //~ uri Replaced
    }

    CompletableFuture<Item> future() {
        return CompletableFuture.supplyAsync(() -> items.fetch(1)).exceptionally(e -> null); //~ fetch Replaced
    }

    @CircuitBreaker(name = "x", fallbackMethod = "none")
    Item guarded() {
        return items.guarded(1); //~ guarded Replaced
    }

    @Async void later() {
        items.touch(1); //~ touch Detached
    }

    void local() throws Exception {
        try { parse(web.body()); } catch (JsonProcessingException e) { log.info("bad"); } //~ body Passed
    }

    Status ordered(String id) {
        try {
            return stock.take(id); //~ take Passed
        } catch (NotEnoughInStockException e) {
            return Status.FAILURE;
        }
    }

    Status unknown(String host) {
        try {
            return stock.send(host); //~ send Fatal
        } catch (HostNotFoundException e) {
            return Status.FAILURE;
        }
    }

    @PostConstruct void start() { cart.ping(); }

    public static void main(String[] args) { SpringApplication.run(Orders.class, args); }
}
