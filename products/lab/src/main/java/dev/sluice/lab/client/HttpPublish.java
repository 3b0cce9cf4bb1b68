package dev.sluice.lab.client;

import dev.sluice.lab.plan.Technique;
import dev.sluice.load.http.Http1Connection;
import dev.sluice.load.http.HttpConnection;
import dev.sluice.load.http.Request;
import dev.sluice.load.http.Subscriber;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Publishes with a request for each event, on a connection that is kept alive: beside a stream, which occupies the one
/// that it has.
final class HttpPublish implements Subscriber {
    private final LaneLoop loop;
    private @Nullable Http1Connection connection;
    private @Nullable Request request; // Without an answer.

    HttpPublish(LaneLoop loop) {
        this.loop = loop;
    }

    /// Returns false before the answer to the event before.
    boolean publish(byte[] data) {
        if (request != null) return false;
        request = loop.post(data);
        loop.metrics().request();
        if (connection != null) {
            connection.send(request);
            loop.flush(connection);
            return true;
        }
        try {
            loop.connect(Technique.POLLING, this);
            return true;
        } catch (IOException noSocket) {
            request = null;
            return false;
        }
    }

    @Override
    public Request request() {
        return Objects.requireNonNull(request);
    }

    @Override
    public void begin(HttpConnection begun) {
        connection = (Http1Connection) begun;
    }

    @Override
    public int find(ByteBuffer buffer, int from) {
        return buffer.limit();
    }

    @Override
    public void end() {
        request = null;
    }

    @Override
    public void lost(HttpConnection lost, IOException reason) {
        connection = null;
        request = null;
    }
}
