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

/// Publishes each event with a request on a second connection, which is kept alive, because a stream occupies
/// the client's first one.
final class HttpPublish implements Subscriber {
    private final LaneLoop loop;
    private @Nullable Http1Connection connection;
    private @Nullable Request request; // Not answered yet.

    HttpPublish(LaneLoop loop) {
        this.loop = loop;
    }

    /// Publishes an event. Returns false if the previous request has not been answered yet.
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
