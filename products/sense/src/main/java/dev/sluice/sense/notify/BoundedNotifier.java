package dev.sluice.sense.notify;

import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.text.LogField;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A notifier whose attempts always end in time, because a slow service may send single bytes for ever.
/// Exceptions become failed attempts.
public record BoundedNotifier(String name, Notifier notifier) implements Notifier {
    /// Additional time for a notifier that ends by itself at its timeout, because it can report more details.
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private static final System.Logger LOG = System.getLogger(BoundedNotifier.class.getName());

    @Override
    public int parallel() {
        return notifier.parallel();
    }

    @Override
    public boolean isForPeople() {
        return notifier.isForPeople();
    }

    @Override
    public Delivery send(Alert alert) throws InterruptedException {
        var sending = new FutureTask<>(() -> notifier.send(alert));
        Thread.ofVirtual().name("sense sending " + name).start(sending);
        try {
            return sending.get(notifier.timeout().plus(MARGIN).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            return new Delivery.Failed(
                    Phrase.of("no-end-within", notifier.timeout().toSeconds() + " s"));
        } catch (ExecutionException defect) {
            // The exception's message is omitted, because it may contain an address or a token.
            String type = Objects.requireNonNull(defect.getCause()).getClass().getSimpleName();
            LOG.log(
                    Level.ERROR,
                    "a notifier failed notifier=" + LogField.quoted(name) + " exception=" + LogField.quoted(type));
            return new Delivery.Failed(Phrase.of("notifier-defect", type));
        } finally {
            sending.cancel(true);
        }
    }
}
