package example;

import dev.sluice.client.Event;
import dev.sluice.client.Publication;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SubscribeRequest;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Value;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Duration;

@Context
@Controller("/packed")
final class Warehouse {
    private final SluiceClient hub;

    Warehouse(@Value("${hub.url:`http://localhost:8420`}") String url) {
        hub = SluiceClient.to(url);
    }

    @PostConstruct
    void start() {
        hub.follow(SubscribeRequest.to("orders").since(Duration.ofHours(1)), message -> {
            if (message instanceof Event event) System.out.println("To pack: " + event.text());
        });
    }

    @Post(consumes = MediaType.TEXT_PLAIN)
    @ExecuteOn(TaskExecutors.BLOCKING)
    void packed(@Body String item) throws InterruptedException {
        hub.publish(Publication.text("packed", item));
    }

    @PreDestroy
    void stop() {
        hub.close();
    }
}
