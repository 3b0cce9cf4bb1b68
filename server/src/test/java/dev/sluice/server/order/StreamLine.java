package dev.sluice.server.order;

import dev.sluice.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An endless HTTP body: Server-Sent Events or JSON lines.
final class StreamLine implements Line {
    private final HttpLine http;
    private final Way way;
    private final SseParser sse = new SseParser();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean isOpen;

    /// @param receiveBytes the kernel's buffer for what is not read yet; 0: as it likes
    StreamLine(
            TestServer server, Way way, String target, boolean http10, Map<String, String> fields, int receiveBytes) {
        this.way = way;
        try {
            http = new HttpLine(server, receiveBytes);
            http.get(target, http10, fields);
        } catch (IOException failed) {
            throw new AssertionError("no connection", failed);
        }
    }

    @Override
    public Seen next() {
        try {
            if (!isOpen) return open();
            for (; ; ) {
                int next = http.body();
                if (next == HttpLine.CUT) return new Seen.Cut();
                if (next == HttpLine.WHOLE) return new Seen.End();
                Seen seen = way == Way.JSON_LINES ? jsonLine(next) : event(next);
                if (seen != null) return seen;
            }
        } catch (IOException broken) {
            return broken(broken);
        }
    }

    private static Seen broken(IOException how) {
        if (how instanceof java.net.SocketTimeoutException) throw new AssertionError("nothing came, for too long", how);
        return new Seen.Cut();
    }

    private Seen open() throws IOException {
        HttpLine.Head head = http.head();
        if (head == null) return new Seen.Cut();
        isOpen = true;
        if (head.status() == 204) return new Seen.NothingLeft();
        if (head.status() != 200) {
            String problem = http.rest();
            return problem == null ? new Seen.Cut() : new Seen.Refused(head.status(), Seen.JSON.readTree(problem));
        }
        String type = way == Way.JSON_LINES ? "application/x-ndjson" : "text/event-stream";
        if (!type.equals(head.field("Content-Type"))) throw new AssertionError("the answer is " + head);
        return new Seen.Opened(head.field("Sluice-Cursor"));
    }

    private @Nullable Seen jsonLine(int next) {
        if (next != '\n') {
            line.write(next);
            return null;
        }
        JsonNode object = Seen.JSON.readTree(line.toByteArray());
        line.reset();
        return Seen.of(object);
    }

    private @Nullable Seen event(int next) {
        SseParser.Block block = sse.take(next);
        if (block == null || (block.data() == null && !block.hasId())) return null;
        if (block.data() == null) return new Seen.At(block.id());
        if (!block.hasId() && !block.type().equals("sluice.error")) throw new AssertionError("no id: " + block);
        return switch (block.type()) {
            case "sluice.gap" -> {
                Seen.Gap gap = Seen.gap(Seen.JSON.readTree(block.data()));
                if (!gap.resume().equals(block.id())) throw new AssertionError("id and resume differ: " + block);
                yield gap;
            }
            case "sluice.closed" -> {
                Seen.Closed closed = Seen.closed(Seen.JSON.readTree(block.data()));
                if (!closed.cursor().equals(block.id())) throw new AssertionError("id and cursor differ: " + block);
                yield closed;
            }
            case "sluice.heartbeat" -> {
                String cursor = Seen.text(Seen.JSON.readTree(block.data()), "cursor");
                if (!cursor.equals(block.id())) throw new AssertionError("id and cursor differ: " + block);
                yield new Seen.At(cursor);
            }
            case "sluice.error" -> {
                JsonNode problem = Seen.JSON.readTree(block.data());
                yield new Seen.Refused(problem.path("status").asInt(), problem);
            }
            default -> event(block);
        };
    }

    private Seen event(SseParser.Block block) {
        if (way == Way.SSE_RAW) return new Seen.Raw(block.id(), block.type(), block.data());
        JsonNode envelope = Seen.JSON.readTree(block.data());
        boolean same = Seen.text(envelope, "id").equals(block.id())
                && Seen.text(envelope, "type").equals(block.type());
        if (!same) throw new AssertionError("block and envelope differ: " + block);
        return new Seen.Envelope(envelope);
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
