package example;

import dev.sluice.client.Event;
import dev.sluice.client.Publication;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SubscribeRequest;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;

final class Warehouse implements HttpService {
    private final SluiceClient hub;

    Warehouse(String url) {
        hub = SluiceClient.to(url);
    }

    @Override
    public void beforeStart() {
        hub.follow(SubscribeRequest.to("orders").since(Duration.ofHours(1)), message -> {
            if (message instanceof Event event) System.out.println("To pack: " + event.text());
        });
    }

    @Override
    public void routing(HttpRules rules) {
        rules.post("/", this::packed);
    }

    private void packed(ServerRequest request, ServerResponse response) throws InterruptedException {
        hub.publish(Publication.text("packed", request.content().as(String.class)));
        response.send();
    }

    @Override
    public void afterStop() {
        hub.close();
    }
}
