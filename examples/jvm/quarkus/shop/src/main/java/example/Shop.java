package example;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.Sluice;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

@Startup
@Singleton
public class Shop {
    private final Sluice hub;

    Shop(@ConfigProperty(name = "hub.port", defaultValue = "8420") int port) {
        hub = Sluice.in(Path.of("data")).port(port).withoutShutdownHook();
        hub.post("/orders", this::order);
    }

    @PostConstruct
    void start() {
        hub.start();
        hub.channels("packed").subscribe(event -> System.out.println("Packed: " + event.text()));
    }

    private Response order(Request request) {
        var result = hub.channel("orders").publish(request.text());
        return Response.empty().status(result.isStored() ? 204 : 503);
    }

    @PreDestroy
    void stop() {
        hub.close();
    }
}
