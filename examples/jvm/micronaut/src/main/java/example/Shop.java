package example;

import dev.sluice.Sluice;
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
import java.nio.file.Path;

@Context
@Controller("/orders")
final class Shop {
    private final Sluice hub;

    Shop(@Value("${hub.port:8420}") int port) {
        hub = Sluice.in(Path.of("data")).port(port).withoutShutdownHook();
    }

    @PostConstruct
    void start() {
        hub.start();
        hub.channels("packed").subscribe(event -> System.out.println("Packed: " + event.text()));
    }

    @Post(consumes = MediaType.TEXT_PLAIN)
    @ExecuteOn(TaskExecutors.BLOCKING)
    void order(@Body String item) {
        var result = hub.channel("orders").publish(item);
        if (!result.isStored()) throw new IllegalStateException(result.toString());
    }

    @PreDestroy
    void stop() {
        hub.close();
    }
}
