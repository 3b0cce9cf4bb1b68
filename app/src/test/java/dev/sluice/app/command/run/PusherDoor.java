package dev.sluice.app.command.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.PusherSocket;
import dev.sluice.app.command.run.DoorMatrixTest.Caller;
import dev.sluice.app.command.run.DoorMatrixTest.Door;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.Callable;
import tools.jackson.databind.JsonNode;

/// Pusher's sockets and API. The app's server signs a subscription of one socket, or one request, for those whom it
/// permits it. A credential here is the channel for which it signs subscriptions, a space, and the channel for which
/// it signs requests; any other text is sent in place of a signature.
final class PusherDoor implements Door {
    static final String SECRET = PusherSocket.SECRET;
    static final String APP = PusherSocket.APP + "shop.channels = mercure\n";

    private static final String CHANNEL = "private-a";
    private static final String NONE = "private-none";

    private final String hub;
    private final HttpClient client;
    private final Callable<Integer> publisher;

    /// @param publisher publishes to the channel by another protocol, and returns the status
    PusherDoor(String hub, HttpClient client, Callable<Integer> publisher) {
        this.hub = hub;
        this.client = client;
        this.publisher = publisher;
    }

    @Override
    public String credential(Caller caller) {
        return switch (caller) {
            case NOBODY -> "";
            case OF_ANOTHER_CHANNEL -> "private-b private-b";
            case READER -> CHANNEL + " " + NONE;
            case PUBLISHER -> NONE + " " + CHANNEL;
            case BOTH -> CHANNEL + " " + CHANNEL;
        };
    }

    @Override
    public boolean isOwn(String credential) {
        return false; // The secret signs, and is sent to nobody.
    }

    @Override
    public boolean reads(String credential) throws Exception {
        try (var socket = new PusherSocket(client, hub)) {
            String[] signed = credential.split(" ");
            String signature = signed.length == 2 ? PusherSocket.hmac(socket.id() + ":" + signed[0]) : credential;
            JsonNode answer = socket.subscribe(CHANNEL, credential.isEmpty() ? "" : "key-1:" + signature);
            if (answer.get("event").stringValue().equals("pusher:subscription_error")) return false;
            assertThat(answer.get("event").stringValue()).isEqualTo("pusher_internal:subscription_succeeded");
            assertThat(publisher.call()).isEqualTo(200);
            assertThat(socket.next("message").get("channel").stringValue()).isEqualTo(CHANNEL);
            return true;
        }
    }

    @Override
    public boolean publishes(String credential) throws Exception {
        String[] signed = credential.split(" ");
        String query = signed.length == 2
                ? PusherSocket.signed(body(signed[1]))
                : PusherSocket.signed(body(CHANNEL)).replaceFirst("(auth_signature=).*", "$1" + credential);
        if (credential.isEmpty()) query = "auth_key=key-1";
        var request = HttpRequest.newBuilder(URI.create(hub + "/apps/shop/events?" + query))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body(CHANNEL)));
        return DoorMatrixTest.isPermitted(
                client.send(request.build(), BodyHandlers.discarding()).statusCode());
    }

    private static String body(String channel) {
        return "{\"name\":\"message\",\"channels\":[\"" + channel + "\"],\"data\":\"x\"}";
    }

    @Override
    public String toString() {
        return "Pusher";
    }
}
