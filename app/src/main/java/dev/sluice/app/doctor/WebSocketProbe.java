package dev.sluice.app.doctor;

import java.io.IOException;
import java.net.http.WebSocketHandshakeException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Checks whether a WebSocket opens and its messages arrive.
final class WebSocketProbe implements Probe {
    private static final int MESSAGES = 3;

    @Override
    public String name() {
        return "websocket";
    }

    @Override
    public ProbeResult run(HubPath path) throws IOException, InterruptedException {
        var messages = new SocketMessages();
        try {
            messages.open(path, MESSAGES, 250).get(HubPath.TIME_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException silent) {
            return refused("the handshake was not answered in " + HubPath.TIME_MAX.toSeconds() + " s");
        } catch (ExecutionException failed) {
            if (!(failed.getCause() instanceof WebSocketHandshakeException answered)) {
                return refused("the handshake failed: " + HubPath.describe(failed));
            }
            RejectedByHubException.check(answered.getResponse());
            return refused("the handshake was answered with " + HubPath.describe(answered.getResponse()));
        }
        int count = messages.awaitEnd(HubPath.TIME_MAX);
        return count == MESSAGES
                ? new ProbeResult(name(), "opened, and " + count + " messages arrived", List.of())
                : refused("it opened, but " + count + " of " + MESSAGES + " messages arrived");
    }

    private ProbeResult refused(String seen) {
        return new ProbeResult(name(), "", List.of(Finding.error("websocket-refused", seen)));
    }
}
