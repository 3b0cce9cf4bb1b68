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

/// A notifier whose attempts end in time, because a service may send a byte now and then for ever, and fail instead of
/// throwing.
public record BoundedNotifier(String name, Notifier notifier) implements Notifier {
    /// A notifier that ends by itself when its time is over can say more about it.
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
            // Its message may have an address or a token.
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
