package dev.sluice.pusher;

import static dev.sluice.pusher.PusherClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Sluice;
import dev.sluice.core.ChildHub;
import dev.sluice.core.Ports;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A hub that is killed.
final class PusherKillTest {
    /// The hub, in a process of its own: its folder, port and the address for webhooks.
    public static final class Program {
        public static void main(String[] args) throws InterruptedException {
            var hub =
                    Sluice.in(Path.of(args[0])).port(Integer.parseInt(args[1])).set("subscribe.presence_linger", "5s");
            var pusher = Pusher.on(hub, "", List.of(PusherHub.SHOP.withWebhook(URI.create(args[2]))));
            hub.start();
            pusher.start();
            System.out.println(hub.uri());
            hub.await();
        }
    }

    @Test
    void clientsResumeAndWebhooksThatWaitedAreSent(@TempDir Path folder) throws Exception {
        int port = Ports.free();
        var socket = URI.create("ws://127.0.0.1:" + port + "/app/key-1?protocol=7&ids=true");
        try (var http = HttpClient.newHttpClient();
                var receiver = new WebhookReceiver()) {
            receiver.refuses = true;
            String last;
            try (var _ = ChildHub.start(Program.class, folder, port, receiver.uri());
                    var client = new PusherClient(http, socket)) {
                client.greeted();
                client.join("presence-room", "alice", "Alice");
                client.clientEvent("client-a", "presence-room", 1);
                try (var other = new PusherClient(http, socket)) {
                    other.greeted();
                    other.join("presence-room", "bob", "Bob");
                    client.skipTo("pusher_internal:member_added");
                    other.clientEvent("client-b", "presence-room", 2);
                    last = client.expect("client-b").get("id").stringValue();
                    client.clientEvent("client-c", "presence-room", 3);
                    other.skipTo("client-c"); // Perhaps after client-a: nothing acknowledges it to its sender.
                }
                receiver.nextRefused();
            }

            receiver.refuses = false;
            try (var _ = ChildHub.start(Program.class, folder, port, receiver.uri());
                    var client = new PusherClient(http, socket)) {
                client.greeted();
                String data = Frames.json(Map.of("user_id", "carol"));
                client.ask(
                        "presence-room",
                        Map.of("auth", client.auth("presence-room:" + data), "channel_data", data, "after", last));
                client.expect("pusher_internal:subscription_succeeded");
                assertThat(text(client.next("client-c"))).isEqualTo("3");
                List<JsonNode> events = new ArrayList<>();
                while (Collections.frequency(WebhookReceiver.names(events), "member_removed") < 2)
                    events.addAll(receiver.next());
                assertThat(WebhookReceiver.names(events)).contains("channel_occupied", "member_added");
                assertThat(events)
                        .filteredOn(each -> each.get("name").stringValue().equals("client_event"))
                        .extracting(each -> each.get("event").stringValue())
                        .containsExactly("client-a", "client-b", "client-c");
            }
        }
    }
}
