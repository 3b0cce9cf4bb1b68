package example;

import dev.sluice.spring.SluiceTemplate;
import dev.sluice.spring.sse.SluiceSse;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

@RestController
class Orders {
    private final SluiceTemplate sluice;
    private final SluiceSse sse;

    Orders(SluiceTemplate sluice, SluiceSse sse) {
        this.sluice = sluice;
        this.sse = sse;
    }

    @PostMapping("/orders")
    String create(@RequestBody Order order) {
        return sluice.to("orders")
                .type("created")
                .key(String.valueOf(order.number()))
                .publish(order);
    }

    @GetMapping("/orders/stream")
    SseEmitter stream(HttpServletRequest request) {
        return sse.emitter(request, "orders");
    }
}
