package example;

import dev.sluice.spring.SluiceEvent;
import dev.sluice.spring.listener.SluiceListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

@Component
class Warehouse {
    private static final Logger LOG = LoggerFactory.getLogger(Warehouse.class);

    @SluiceListener(channels = "orders", types = "created", from = "since 1h")
    void pack(Order order, SluiceEvent event) {
        LOG.info("Packing order {} of {} ({})", order.number(), order.customer(), event.id());
    }
}
