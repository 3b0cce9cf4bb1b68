package example;

import dev.sluice.Sluice;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.file.Path;

final class Shop implements HttpService {
    private final Sluice hub;

    Shop(int port) {
        hub = Sluice.in(Path.of("data")).port(port).withoutShutdownHook();
    }

    @Override
    public void beforeStart() {
        hub.start();
        hub.channels("packed").subscribe(event -> System.out.println("Packed: " + event.text()));
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/", this::order);
    }

    private void order(ServerRequest request, ServerResponse response) {
        var result = hub.channel("orders").publish(request.content().as(String.class));
        response.status(result.isStored() ? 200 : 503).send();
    }

    @Override
    public void afterStop() {
        hub.close();
    }
}
