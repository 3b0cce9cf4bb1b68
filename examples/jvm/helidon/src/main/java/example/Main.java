package example;

import io.helidon.config.Config;
import io.helidon.webserver.WebServer;

public final class Main {
    private Main() {}

    public static void main(String[] args) {
        var config = Config.create();
        var shop = new Shop(config.get("hub.port").asInt().orElse(8420));
        var warehouse = new Warehouse(config.get("hub.url").asString().orElse("http://localhost:8420"));
        WebServer.builder()
                .config(config.get("server"))
                .routing(routing -> routing.register("/orders", shop).register("/packed", warehouse))
                .build()
                .start();
    }
}
