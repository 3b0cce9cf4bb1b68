package example;

import dev.sluice.spring.SluiceTemplate;
import dev.sluice.spring.sse.ReactiveSluiceSse;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@RestController
class Orders {
    private final SluiceTemplate sluice;
    private final ReactiveSluiceSse sse;

    Orders(SluiceTemplate sluice, ReactiveSluiceSse sse) {
        this.sluice = sluice;
        this.sse = sse;
    }

    @PostMapping("/orders")
    Mono<String> create(@RequestBody Order order) {
        var event = sluice.to("orders").type("created").key(String.valueOf(order.number()));
        return Mono.fromFuture(() -> event.publishLater(order));
    }

    @GetMapping("/orders/stream")
    Flux<ServerSentEvent<String>> stream(ServerWebExchange exchange) {
        return sse.stream(exchange, "orders");
    }
}
