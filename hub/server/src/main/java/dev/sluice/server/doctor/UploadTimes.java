package dev.sluice.server.doctor;

import dev.sluice.server.http.BodyReader;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.json.Json;
import java.nio.ByteBuffer;
import java.time.InstantSource;

/// Answers an upload with the times at which its first and its last bytes arrived. A proxy that collects uploads
/// makes them arrive together, however slowly they were sent.
final class UploadTimes implements BodyReader {
    static final int BYTES_MAX = 16 << 10;

    private final Exchange exchange;
    private final InstantSource wall;
    private final Runnable release;
    private long firstMs;
    private long lastMs;
    private int bytes;

    UploadTimes(Exchange exchange, InstantSource wall, Runnable release) {
        this.exchange = exchange;
        this.wall = wall;
        this.release = release;
    }

    @Override
    public void data(ByteBuffer part) {
        lastMs = wall.millis();
        if (bytes == 0) firstMs = lastMs;
        bytes += part.remaining();
        if (bytes <= BYTES_MAX) return;
        release.run();
        throw Problems.TOO_LARGE.refused("An upload of the doctor may have at most " + BYTES_MAX + " bytes.");
    }

    @Override
    public void end() {
        release.run();
        exchange.answer(ServerResponse.json(Status.OK, Json.bytes(json -> {
            json.writeStartObject();
            json.writeNumberProperty("bytes", bytes);
            json.writeNumberProperty("first", firstMs);
            json.writeNumberProperty("last", lastMs);
            json.writeEndObject();
        })));
    }

    @Override
    public void failed(Problem problem) {
        release.run();
        exchange.refuse(problem);
    }
}
