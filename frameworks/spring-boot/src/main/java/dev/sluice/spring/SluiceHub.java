package dev.sluice.spring;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The hub of an application: embedded, or reached over the network. Safe for use by many threads.
public interface SluiceHub {
    /// Publishes an event, and waits until it is in the hub's log.
    ///
    /// @return the event's id
    /// @throws PublishFailedException if the event was not published, or if that is not known
    String publish(SluicePublication publication);

    /// Publishes an event after those handed over before, without waiting. The future completes with the
    /// event's id, or with a [PublishFailedException], at once if too many events wait already.
    CompletableFuture<String> publishLater(SluicePublication publication);

    /// Subscribes on a virtual thread of its own, which calls the reader. The subscription resumes by itself
    /// after a lost connection: no event is lost, none comes twice.
    ///
    /// @throws IllegalArgumentException if a channel is invalid
    Subscription subscribe(Selection selection, Reader reader);

    /// A running subscription.
    interface Subscription extends AutoCloseable {
        /// Ends the subscription and interrupts its reader, which is not called again. Further calls have no
        /// effect.
        @Override
        void close();
    }

    /// Receives the events of a subscription, in order and one at a time. It may block: events then wait in
    /// the hub's log.
    interface Reader {
        /// Handles an event. An exception ends the subscription.
        void event(SluiceEvent event) throws Exception;

        /// Handles a gap.
        default void gap(SluiceGap gap) throws Exception {}

        /// Reports that everything up to this cursor has been received, although there may be no event: the
        /// place at which the subscription began, or later a sign of life of the hub.
        default void position(String cursor) {}

        /// Reports the end of the subscription, unless it was closed.
        ///
        /// @param failure null if all channels have ended
        default void ended(@Nullable Throwable failure) {}
    }
}
