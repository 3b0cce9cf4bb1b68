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

/// Somebody who listens over one transport. Each call waits for the thing it is about, with a deadline.
public abstract class Listener implements AutoCloseable {
    private final ArrayDeque<Heard> heard = new ArrayDeque<>();
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private int status;
    private @Nullable String cursor;

    /// Reads on until there is something to [#say].
    protected abstract void read();

    @Override
    public abstract void close();

    public int status() {
        return status;
    }

    /// A header of the answer; null: it is not there.
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /// The last cursor that it got.
    public String cursor() {
        if (cursor == null) throw new AssertionError("it has no cursor yet");
        return cursor;
    }

    public Heard next() {
        while (heard.isEmpty()) read();
        Heard next = heard.remove();
        switch (next) {
            case Heard.AnEvent event -> cursor = event.id() == null ? cursor : event.id();
            case Heard.Begin begin -> cursor = begin.cursor();
            case Heard.AGap gap -> cursor = gap.resume();
            case Heard.AClose close -> cursor = close.cursor() == null ? cursor : close.cursor();
            case Heard.ABeat beat -> cursor = beat.cursor() == null ? cursor : beat.cursor();
            case Heard.AnError _, Heard.AnEnd _ -> {}
        }
        return next;
    }

    /// The next thing of a kind; what comes before it may only be beginnings and heartbeats.
    public <T extends Heard> T next(Class<T> kind) {
        while (true) {
            Heard next = next();
            if (kind.isInstance(next)) return kind.cast(next);
            boolean mayPass = next instanceof Heard.Begin || next instanceof Heard.ABeat;
            if (!mayPass) throw new AssertionError("waited for " + kind.getSimpleName() + ", got " + next);
        }
    }

    /// Waits for exactly these events, one after the other.
    public Listener expect(String... data) {
        for (String each : data) assertThat(next(Heard.AnEvent.class).data()).isEqualTo(each);
        return this;
    }

    public Heard.AGap expectGap(String reason) {
        Heard.AGap gap = next(Heard.AGap.class);
        assertThat(gap.reason()).isEqualTo(reason);
        return gap;
    }

    public void expectEnd(String how) {
        assertThat(next(Heard.AnEnd.class).how()).isEqualTo(how);
    }

    /// All events up to the end, or to where nothing more is there at once.
    public List<String> dataToTheEnd() {
        List<String> all = new ArrayList<>();
        while (true) {
            switch (next()) {
                case Heard.AnEvent event -> all.add(event.data());
                case Heard.AnEnd _ -> {
                    return all;
                }
                case Heard.Begin _, Heard.ABeat _, Heard.AClose _ -> {}
                case Heard.AGap gap -> throw new AssertionError("a gap: " + gap);
                case Heard.AnError error -> throw new AssertionError("an error: " + error);
            }
        }
    }

    protected void say(Heard next) {
        heard.add(next);
    }

    /// Keeps what an answer's head says; begins a new answer.
    protected void head(String head) {
        String[] lines = head.split("\r\n", -1);
        status = Integer.parseInt(lines[0].split(" ", -1)[1]);
        headers.clear();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon < 0) continue;
            String before = headers.put(
                    lines[i].substring(0, colon), lines[i].substring(colon + 1).strip());
            if (before != null) throw new AssertionError("twice in an answer: " + lines[i]);
        }
    }

    /// An object of those that are said in JSON, besides events too.
    protected void say(JsonNode object) {
        if (object.has("id")) say(event(object));
        else if (object.has("gap")) say(gap(object.get("gap")));
        else if (object.has("closed")) say(closed(object.get("closed")));
        else if (object.has("heartbeat")) say(beat(object.get("heartbeat")));
        else if (object.has("error")) say(error(object.get("error")));
        else if (object.has("ok")) sayOther(object);
        else if (object.has("cursor")) say(new Heard.Begin(object.get("cursor").asString()));
        else throw new AssertionError("nobody knows what this is: " + object);
    }

    /// What only one transport says.
    protected void sayOther(JsonNode object) {
        throw new AssertionError("not for this transport: " + object);
    }

    protected static Heard event(JsonNode envelope) {
        JsonNode data = envelope.get("data");
        String text = data == null ? "" : data.isString() ? data.asString() : data.toString();
        return new Heard.AnEvent(
                envelope.has("cursor")
                        ? envelope.get("cursor").asString()
                        : envelope.get("id").asString(),
                envelope.get("channel").asString(),
                envelope.get("type").asString(),
                text);
    }

    protected static Heard gap(JsonNode gap) {
        return new Heard.AGap(
                gap.get("after").asString(),
                gap.get("resume").asString(),
                gap.get("reason").asString().toLowerCase(Locale.ROOT));
    }

    protected static Heard closed(JsonNode closed) {
        return new Heard.AClose(
                closed.get("channel").asString(), closed.get("cursor").asString());
    }

    protected static Heard beat(JsonNode beat) {
        return new Heard.ABeat(beat.get("cursor").asString(), beat.get("behind").asLong());
    }

    protected static Heard error(JsonNode error) {
        return new Heard.AnError(error.get("status").asInt(), error.get("retry").asBoolean());
    }
}
