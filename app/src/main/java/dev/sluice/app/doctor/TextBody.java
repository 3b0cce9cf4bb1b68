package dev.sluice.app.doctor;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// The beginning of an answer's body as text: the part that arrives within some seconds, and no more than the
/// hub's own answers need. Another server may send gigabytes, or a byte per second.
final class TextBody implements BodySubscriber<String> {
    static final int BYTES_MAX = 64 << 10;
    private static final int TIME_MS_MAX = 3_000;

    private final boolean isGzip;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<String> text = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    private TextBody(boolean isGzip) {
        this.isGzip = isGzip;
    }

    static BodyHandler<String> handler() {
        return answer -> new TextBody(answer.headers()
                .firstValue("Content-Encoding")
                .filter("gzip"::equalsIgnoreCase)
                .isPresent());
    }

    @Override
    public CompletionStage<String> getBody() {
        return text;
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription body) {
        subscription = body;
        CompletableFuture.delayedExecutor(TIME_MS_MAX, TimeUnit.MILLISECONDS).execute(this::cutOff);
        body.request(1);
    }

    @Override
    public synchronized void onNext(List<ByteBuffer> parts) {
        for (ByteBuffer each : parts) {
            byte[] part = new byte[Math.min(each.remaining(), BYTES_MAX - bytes.size())];
            each.get(part);
            bytes.writeBytes(part);
        }
        if (bytes.size() == BYTES_MAX) cutOff();
        else if (subscription != null) subscription.request(1);
    }

    @Override
    public void onError(Throwable failed) {
        text.completeExceptionally(failed);
    }

    @Override
    public void onComplete() {
        end();
    }

    private void cutOff() {
        if (text.isDone()) return;
        end();
        if (subscription != null) subscription.cancel();
    }

    private synchronized void end() {
        text.complete(isGzip ? inflated() : bytes.toString(StandardCharsets.UTF_8));
    }

    /// The decompressed body; empty if it is not compressed as declared.
    private String inflated() {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return new String(in.readNBytes(BYTES_MAX), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            return "";
        }
    }
}
