package dev.sluice.server.order;

import dev.sluice.wire.HttpHead;
import dev.sluice.wire.SseBlock;
import dev.sluice.wire.SseParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A connection with an endless HTTP body: Server-Sent Events or JSON lines.
final class StreamConnection implements ClientConnection {
    private final RawHttpConnection http;
    private final ClientKind kind;
    private final SseParser sse = new SseParser();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean isOpen;

    /// @param receiveBytes the size of the kernel's receive buffer; 0 for the default
    StreamConnection(
            URI hub, ClientKind kind, String target, boolean http10, Map<String, String> fields, int receiveBytes) {
        this.kind = kind;
        try {
            http = new RawHttpConnection(hub, receiveBytes);
            http.get(target, http10, fields);
        } catch (IOException failed) {
            throw new UncheckedIOException("no connection", failed);
        }
    }

    @Override
    public Observation next() {
        try {
            if (!isOpen) return open();
            for (; ; ) {
                int next = http.body();
                if (next == RawHttpConnection.CUT) return new Observation.Cut();
                if (next == RawHttpConnection.WHOLE) return new Observation.End();
                Observation observation = kind == ClientKind.JSON_LINES ? jsonLine(next) : event(next);
                if (observation != null) return observation;
            }
        } catch (IOException broken) {
            return broken(broken);
        }
    }

    private static Observation broken(IOException failure) {
        if (failure instanceof java.net.SocketTimeoutException)
            throw new UncheckedIOException("nothing received before the deadline", failure);
        return new Observation.Cut();
    }

    private Observation open() throws IOException {
        HttpHead head = http.head();
        if (head == null) return new Observation.Cut();
        isOpen = true;
        if (head.status() == 204) return new Observation.NothingLeft();
        if (head.status() != 200) {
            String problem = http.rest();
            return problem == null
                    ? new Observation.Cut()
                    : new Observation.Refused(head.status(), Observation.JSON.readTree(problem));
        }
        String type = kind == ClientKind.JSON_LINES ? "application/x-ndjson" : "text/event-stream";
        if (!type.equals(head.field("Content-Type"))) throw new AssertionError("the answer is " + head);
        return new Observation.Opened(head.field("Sluice-Cursor"));
    }

    private @Nullable Observation jsonLine(int next) {
        if (next != '\n') {
            line.write(next);
            return null;
        }
        JsonNode object = Observation.JSON.readTree(line.toByteArray());
        line.reset();
        return Observation.of(object);
    }

    private @Nullable Observation event(int next) throws IOException {
        List<SseBlock> blocks = sse.parse(new byte[] {(byte) next}); // A byte completes one at most.
        return blocks.isEmpty() ? null : event(blocks.getFirst());
    }

    private @Nullable Observation event(SseBlock block) {
        if (block.data() == null) return block.id() == null ? null : new Observation.At(block.id());
        if (block.id() == null && !block.type().equals("sluice.error")) throw new AssertionError("no id: " + block);
        return switch (block.type()) {
            case "sluice.gap" -> {
                Observation.Gap gap = Observation.gap(Observation.JSON.readTree(block.data()));
                if (!gap.resume().equals(block.id())) throw new AssertionError("id and resume differ: " + block);
                yield gap;
            }
            case "sluice.closed" -> {
                Observation.Closed closed = Observation.closed(Observation.JSON.readTree(block.data()));
                if (!closed.cursor().equals(block.id())) throw new AssertionError("id and cursor differ: " + block);
                yield closed;
            }
            case "sluice.heartbeat" -> {
                String cursor = Observation.text(Observation.JSON.readTree(block.data()), "cursor");
                if (!cursor.equals(block.id())) throw new AssertionError("id and cursor differ: " + block);
                yield new Observation.At(cursor);
            }
            case "sluice.error" -> {
                JsonNode problem = Observation.JSON.readTree(block.data());
                yield new Observation.Refused(problem.path("status").asInt(), problem);
            }
            default -> published(block);
        };
    }

    private Observation published(SseBlock block) {
        if (kind == ClientKind.SSE_RAW) return new Observation.Raw(block.id(), block.type(), block.data());
        JsonNode envelope = Observation.JSON.readTree(block.data());
        boolean same = Observation.text(envelope, "id").equals(block.id())
                && Observation.text(envelope, "type").equals(block.type());
        if (!same) throw new AssertionError("block and envelope differ: " + block);
        return new Observation.Envelope(envelope);
    }

    @Override
    public void cutAfter(long bytes) {
        http.cutAfter(bytes);
    }

    @Override
    public void cut() {
        http.cut();
    }
}
