package dev.sluice.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A client of one transport. Each call waits for its result, with a deadline.
public abstract class Listener implements AutoCloseable {
    private final ArrayDeque<Received> received = new ArrayDeque<>();
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private int status;
    private @Nullable String cursor;

    /// Reads until something can be [added][#add].
    protected abstract void read();

    @Override
    public abstract void close();

    public int status() {
        return status;
    }

    /// A header of the answer; null if absent.
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /// The last cursor received.
    public String cursor() {
        if (cursor == null) throw new AssertionError("no cursor received yet");
        return cursor;
    }

    public Received next() {
        while (received.isEmpty()) read();
        Received next = received.remove();
        switch (next) {
            case Received.AnEvent event -> cursor = event.id() == null ? cursor : event.id();
            case Received.Begin begin -> cursor = begin.cursor();
            case Received.AGap gap -> cursor = gap.resume();
            case Received.AClose close -> cursor = close.cursor() == null ? cursor : close.cursor();
            case Received.AHeartbeat heartbeat -> cursor = heartbeat.cursor() == null ? cursor : heartbeat.cursor();
            case Received.AnError _, Received.AnEnd _ -> {}
        }
        return next;
    }

    /// The next item of a kind; only starting cursors and heartbeats may precede it.
    public <T extends Received> T next(Class<T> kind) {
        while (true) {
            Received next = next();
            if (kind.isInstance(next)) return kind.cast(next);
            boolean mayPass = next instanceof Received.Begin || next instanceof Received.AHeartbeat;
            if (!mayPass) throw new AssertionError("waited for " + kind.getSimpleName() + ", got " + next);
        }
    }

    /// Waits for exactly these events, in order.
    public Listener expect(String... data) {
        for (String each : data) assertThat(next(Received.AnEvent.class).data()).isEqualTo(each);
        return this;
    }

    public Received.AGap expectGap(String reason) {
        Received.AGap gap = next(Received.AGap.class);
        assertThat(gap.reason()).isEqualTo(reason);
        return gap;
    }

    public void expectEnd(String how) {
        assertThat(next(Received.AnEnd.class).how()).isEqualTo(how);
    }

    /// The data of all events up to the end.
    public List<String> dataToTheEnd() {
        List<String> all = new ArrayList<>();
        while (true) {
            switch (next()) {
                case Received.AnEvent event -> all.add(event.data());
                case Received.AnEnd _ -> {
                    return all;
                }
                case Received.Begin _, Received.AHeartbeat _, Received.AClose _ -> {}
                case Received.AGap gap -> throw new AssertionError("a gap: " + gap);
                case Received.AnError error -> throw new AssertionError("an error: " + error);
            }
        }
    }

    protected void add(Received next) {
        received.add(next);
    }

    /// Stores the head of a new answer.
    protected void head(String head) {
        String[] lines = head.split("\r\n", -1);
        status = Integer.parseInt(lines[0].split(" ", -1)[1]);
        headers.clear();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon < 0) continue;
            String before = headers.put(
                    lines[i].substring(0, colon), lines[i].substring(colon + 1).strip());
            if (before != null) throw new AssertionError("repeated header: " + lines[i]);
        }
    }

    /// Adds an event or another message in JSON.
    protected void add(JsonNode object) {
        if (object.has("id")) add(event(object));
        else if (object.has("gap")) add(gap(object.get("gap")));
        else if (object.has("closed")) add(closed(object.get("closed")));
        else if (object.has("heartbeat")) add(heartbeat(object.get("heartbeat")));
        else if (object.has("error")) add(error(object.get("error")));
        else if (object.has("ok")) addOther(object);
        else if (object.has("cursor"))
            add(new Received.Begin(object.get("cursor").asString()));
        else throw new AssertionError("unknown message: " + object);
    }

    /// Handles a message that only one transport has.
    protected void addOther(JsonNode object) {
        throw new AssertionError("not for this transport: " + object);
    }

    protected static Received event(JsonNode envelope) {
        JsonNode data = envelope.get("data");
        String text = data == null ? "" : data.isString() ? data.asString() : data.toString();
        return new Received.AnEvent(
                envelope.has("cursor")
                        ? envelope.get("cursor").asString()
                        : envelope.get("id").asString(),
                envelope.get("channel").asString(),
                envelope.get("type").asString(),
                text);
    }

    protected static Received gap(JsonNode gap) {
        return new Received.AGap(
                gap.get("after").asString(),
                gap.get("resume").asString(),
                gap.get("reason").asString().toLowerCase(Locale.ROOT));
    }

    protected static Received closed(JsonNode closed) {
        return new Received.AClose(
                closed.get("channel").asString(), closed.get("cursor").asString());
    }

    protected static Received heartbeat(JsonNode heartbeat) {
        return new Received.AHeartbeat(
                heartbeat.get("cursor").asString(), heartbeat.get("behind").asLong());
    }

    protected static Received error(JsonNode error) {
        return new Received.AnError(
                error.get("status").asInt(), error.get("retry").asBoolean());
    }
}
