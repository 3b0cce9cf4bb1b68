package dev.sluice.server.publish;

import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Conditions.Newest;
import java.nio.ByteBuffer;
import java.util.Arrays;

/// Reads events of one channel from a streamed body: its lines, or its chunks.
final class StreamSource implements Source {
    private final PublishRequest request;
    private final int eventBytesMax;
    private final LineSplitter lines;
    private final ChunkSplitter chunks;
    private long events;

    StreamSource(PublishRequest request, int eventBytesMax) {
        this.request = request;
        this.eventBytesMax = eventBytesMax;
        this.lines = new LineSplitter(eventBytesMax);
        this.chunks = new ChunkSplitter(request.kind().isText());
    }

    @Override
    public void feed(ByteBuffer part, Upload to) {
        switch (request.split()) {
            case LINE ->
                lines.feed(
                        part,
                        (number, bytes, from, end) -> append(number, Arrays.copyOfRange(bytes, from, end), to),
                        to::isFull);
            case CHUNK -> {
                byte[] bytes = chunks.feed(part);
                if (bytes == null) return;
                if (bytes.length > eventBytesMax) throw BodyCollector.tooLarge("The chunk is too long", eventBytesMax);
                append(0, bytes, to);
            }
            case NONE -> throw new IllegalStateException("a body that is not split is no stream");
        }
    }

    @Override
    public void end(Upload to) {
        lines.end((number, bytes, from, end) -> append(number, Arrays.copyOfRange(bytes, from, end), to));
        chunks.end();
        if (request.close()) {
            to.append(Draft.end(request.channel()), conditions("end", new byte[0]), 0, 0);
        }
    }

    private void append(long line, byte[] bytes, Upload to) {
        events++;
        var content = request.kind().check(bytes);
        var draft = Draft.event(request.channel(), request.type(), request.fields(), content);
        to.append(draft, conditions(Long.toString(events), bytes), line, bytes.length);
    }

    private Conditions conditions(String part, byte[] bytes) {
        return request.idempotencyKey()
                .map(key -> key.ofPart(part).conditions(new Newest.Any(), bytes, request.fingerprinted()))
                .orElse(Conditions.NONE);
    }

    @Override
    public boolean isStopped() {
        return lines.isStopped();
    }

    @Override
    public int heldBytes() {
        return lines.bufferedBytes();
    }

    @Override
    public void drop() {
        lines.drop();
    }

    @Override
    public long line() {
        return request.split() == PublishRequest.Split.LINE ? lines.number() : 0;
    }
}
