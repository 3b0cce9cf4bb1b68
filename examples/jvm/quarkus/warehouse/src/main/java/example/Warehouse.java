package example;

import dev.sluice.client.Event;
import dev.sluice.client.Publication;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SubscribeRequest;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

@Startup
@Singleton
@Path("/packed")
public class Warehouse {
    private final SluiceClient hub;

    Warehouse(@ConfigProperty(name = "hub.url", defaultValue = "http://localhost:8420") String url) {
        hub = SluiceClient.to(url);
    }

    @PostConstruct
    void start() {
        hub.follow(SubscribeRequest.to("orders").since(Duration.ofHours(1)), message -> {
            if (message instanceof Event event) System.out.println("To pack: " + event.text());
        });
    }

    @POST
    @Consumes("text/plain")
    public void packed(String item) throws InterruptedException {
        hub.publish(Publication.text("packed", item));
    }

    @PreDestroy
    void stop() {
        hub.close();
    }
}
