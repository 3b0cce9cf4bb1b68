package example;

import dev.sluice.client.Event;
import dev.sluice.client.Publication;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SubscribeRequest;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import java.time.Duration;

@ApplicationScoped
public class Warehouse {
    private SluiceClient hub;

    @PostConstruct
    void connect() {
        hub = SluiceClient.to(System.getProperty("hub.url", "http://localhost:8420"));
    }

    void start(@Observes Startup event) {
        hub.follow(SubscribeRequest.to("orders").since(Duration.ofHours(1)), message -> {
            if (message instanceof Event order) System.out.println("To pack: " + order.text());
        });
    }

    public void packed(String item) {
        hub.publishLater(Publication.text("packed", item)).join();
    }

    @PreDestroy
    void stop() {
        hub.close();
    }
}
