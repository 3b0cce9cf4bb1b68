package dev.sluice.bench;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.Epoch;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.event.Event;
import dev.sluice.server.http.BodyFraming;
import dev.sluice.server.subscribe.HeartbeatForm;
import dev.sluice.server.transport.sse.SseWire;
import dev.sluice.server.transport.stream.JsonLinesWire;
import dev.sluice.server.transport.stream.TextWire;
import dev.sluice.server.transport.websocket.WebSocketWire;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// Encodes an event in each format. A hub does this once per event and format, independent of the number of
/// readers.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EncoderBenchmark {
    private static final long TIME_MS = 1_800_000_000_000L;

    /// The transports, each in its most frequent format.
    public enum Format {
        SSE_RAW,
        SSE_JSON,
        NDJSON,
        TEXT,
        WS_JSON,
        WS_RAW
    }

    @Param
    public Format format = Format.SSE_RAW;

    private final ByteBuilder out = new ByteBuilder();
    private Event event = event();
    private Wire wire = wire(format);

    private static Wire wire(Format format) {
        return switch (format) {
            case SSE_RAW -> new SseWire(false, BodyFraming.CHUNKED, HeartbeatForm.BLOCK);
            case SSE_JSON -> new SseWire(true, BodyFraming.CHUNKED, HeartbeatForm.BLOCK);
            case NDJSON -> new JsonLinesWire(BodyFraming.CHUNKED);
            case TEXT -> new TextWire(BodyFraming.CHUNKED);
            case WS_JSON -> new WebSocketWire(true, false);
            case WS_RAW -> new WebSocketWire(false, false);
        };
    }

    private static Event event() {
        return Event.of(new Cursor(new Epoch("k3f"), 1_042), TIME_MS, Samples.draft());
    }

    @Setup
    public void choose() {
        event = event();
        wire = wire(format);
    }

    @Benchmark
    public int encode() {
        wire.event(event, out.clear());
        return out.size();
    }
}
